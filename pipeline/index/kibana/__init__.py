"""What analysts open in Kibana: data views, saved searches, and the dashboard *Who stands where*.

:mod:`~pipeline.index.kibana.views`, :mod:`~pipeline.index.kibana.searches` and :mod:`~pipeline.index.kibana.dashboard`
say what there is, :mod:`~pipeline.index.kibana.lens` and :mod:`~pipeline.index.kibana.vega` how a panel asks,
:mod:`~pipeline.index.kibana.bundle` puts all of it into one file, :mod:`~pipeline.index.kibana.client` sends it.
Everything is pure but the client.
"""
