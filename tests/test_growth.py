from tests.growth import of_the_square


def test_a_loop_in_a_loop_is_told_from_one_loop() -> None:
    assert of_the_square(lambda size: sum(1 for _ in range(size) for _ in range(size)), 200)
    assert not of_the_square(lambda size: sum(1 for _ in range(100 * size)), 200)
