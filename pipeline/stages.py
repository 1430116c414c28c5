"""The five verbs in order, batch in, batch out: the one module that dags, plugins and the command line call."""
