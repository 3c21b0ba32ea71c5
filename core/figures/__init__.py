"""Results in, charts out: one module a domain. A chart is data (a Vega-Lite specification), never drawn here."""
