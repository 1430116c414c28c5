"""The sample press: seven invented outlets on loopback, thirty days of October 2026, and the gold for them.

``world`` holds stories and outlets and knows what is out at a given time, ``lists`` and ``pages`` draw feeds and
pages, ``site`` decides what a request gets, ``server`` serves it, ``gold`` says what a crawl of it must find.
"""
