#!/usr/bin/env python3
"""The Grafana dashboard as code: prints ricochet.json, which stands beside it.

    pip install -r requirements.txt && ./dashboard.py >ricochet.json

Expressions use the metrics of docs/metrics.md only, and no recording rules, so
that the dashboard works wherever the metrics are scraped.
"""
import string

from grafana_foundation_sdk.builders import (common, dashboard, prometheus,
                                             stat, table, timeseries)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as models

SOURCE = models.DataSourceRef(type_val="prometheus", uid="$source")
OURS = 'job=~"$job"'
AT = f'{OURS}, provider=~"$provider"'
OUTCOMES = f'{AT}, stream=~"$stream"'
# Outcomes that rates are shares of; see docs/events.md.
COUNTED = 'kind!~"admin|none"'
HARD = 'kind="hard"'

GREEN, ORANGE, RED, PURPLE = "green", "orange", "red", "dark-purple"
KIND_COLORS = {"delivered": GREEN, "hard": RED, "soft": ORANGE,
               "block": PURPLE, "undetermined": "yellow", "admin": "blue"}


def query(expression, legend="", instant=False):
    made = prometheus.Dataquery().expr(expression).legend_format(legend)
    if instant:
        return made.instant().format("table")
    return made.range()


def share(part, whole):
    """Without a value where there is nothing to divide by."""
    return f"{part} / ({whole} > 0)"


def increase(metric, labels, by="", span="$__range"):
    by = f" by ({by})" if by else ""
    return f"sum{by} (increase({metric}{{{labels}}}[{span}]))"


def outcomes(labels="", by="", span="$__range"):
    more = f", {labels}" if labels else ""
    return increase("ricochet_outcomes_total", f"{OUTCOMES}, {COUNTED}{more}",
                    by, span)


def thresholds(*steps):
    """Colours from values on; the first from the beginning."""
    return (dashboard.ThresholdsConfig()
            .mode(models.ThresholdsMode.ABSOLUTE)
            .steps([models.Threshold(value=value, color=color)
                    for value, color in steps]))


RATE_LIMITS = ((None, GREEN), (0.02, ORANGE), (0.05, RED))


def number(title, expression, unit, limits, description, span=4):
    return (stat.Panel().title(title).description(description)
            .datasource(SOURCE).unit(unit).decimals(2 if "percent" in unit else 0)
            .with_target(query(expression, instant=True))
            .thresholds(thresholds(*limits))
            .color_mode(looks.BigValueColorMode.VALUE)
            .graph_mode(looks.BigValueGraphMode.NONE)
            .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
            .no_value("no data").height(4).span(span))


def curves(title, unit, description, *targets, span=12):
    panel = (timeseries.Panel().title(title).description(description)
             .datasource(SOURCE).unit(unit).min(0)
             .line_width(1).fill_opacity(10).span_nulls(False)
             .legend(common.VizLegendOptions()
                     .display_mode(looks.LegendDisplayMode.TABLE)
                     .placement(looks.LegendPlacement.RIGHT)
                     .calcs(["lastNotNull", "max"]).show_legend(True))
             .tooltip(common.VizTooltipOptions()
                      .mode(looks.TooltipDisplayMode.MULTI)
                      .sort(looks.SortOrder.DESCENDING))
             .height(9).span(span))
    for expression, legend in targets:
        panel = panel.with_target(query(expression, legend))
    return panel


def by_kind(panel):
    for kind, color in KIND_COLORS.items():
        panel = panel.override_by_name(kind, [models.DynamicConfigValue(
            id_val="color", value={"mode": "fixed", "fixedColor": color})])
    return panel


def stacked(panel):
    return (panel.fill_opacity(40)
            .stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL)))


def limits_shown(panel):
    return (panel.thresholds(thresholds(*RATE_LIMITS))
            .thresholds_style(common.GraphThresholdsStyleConfig().mode(
                looks.GraphTresholdsStyleMode.DASHED)))


def matrix(title, description, expression, row, column, value):
    """A table of `value` by two labels, coloured by size."""
    return (table.Panel().title(title).description(description)
            .datasource(SOURCE).with_target(query(expression, instant=True))
            .decimals(0)
            .with_transformation(models.DataTransformerConfig(
                id_val="groupingToMatrix", options={
                    "rowField": row, "columnField": column,
                    "valueField": value, "emptyValue": "zero"}))
            .color_scheme(dashboard.FieldColor().mode(
                models.FieldColorModeId.CONTINUOUS_YL_RD))
            .override_by_regexp("^(?!" + row + ").*$", [models.DynamicConfigValue(
                id_val="custom.cellOptions",
                value={"type": "color-background", "mode": "gradient"})])
            .override_by_name(f"{row}\\{column}", [
                models.DynamicConfigValue(
                    id_val="custom.cellOptions", value={"type": "auto"}),
                models.DynamicConfigValue(id_val="links", value=[{
                    "title": "only this provider",
                    "url": "/d/ricochet?${__url_time_range}"
                           "&${source:queryparam}&${job:queryparam}"
                           "&${stream:queryparam}"
                           "&var-provider=${__value.text}"}])])
            .height(10).span(24))


def ranking(title, description, expression, label, span):
    return (table.Panel().title(title).description(description)
            .datasource(SOURCE).with_target(query(expression, instant=True))
            .with_transformation(models.DataTransformerConfig(
                id_val="organize", options={
                    "excludeByName": {"Time": True},
                    "indexByName": {label: 0, "Value": 1},
                    "renameByName": {"Value": "hard rate"}}))
            .unit("percentunit").decimals(2)
            .thresholds(thresholds(*RATE_LIMITS))
            .override_by_name("hard rate", [models.DynamicConfigValue(
                id_val="custom.cellOptions",
                value={"type": "gauge", "mode": "basic"})])
            .height(9).span(span))


def variable(name, label, metric, what):
    return (dashboard.QueryVariable(name).label(label).datasource(SOURCE)
            .query(f"label_values({metric}, {what})")
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(models.VariableSort.ALPHABETICAL_ASC)
            .include_all(True).all_value(".*").multi(True)
            .current(models.VariableOption(text="All", value="$__all")))


def headline(board):
    total = outcomes()
    rate = '2 % is a warning, 5 % critical, 10 % wakes somebody up'
    return (
        board.with_row(dashboard.Row("How are we doing?"))
        .with_panel(number("Hard bounce rate",
                           share(outcomes(HARD), total), "percentunit",
                           RATE_LIMITS,
                           "Final refusals that tell of the recipient, of all "
                           f"outcomes. {rate}. The stream chosen above applies "
                           "to this row and to the outcomes below it."))
        .with_panel(number("Block rate", share(outcomes('kind="block"'), total),
                           "percentunit", RATE_LIMITS,
                           "Final refusals because of us: reputation, blocklists, "
                           "authentication, content."))
        .with_panel(number("Soft bounce rate",
                           share(outcomes('kind="soft"'), total), "percentunit",
                           RATE_LIMITS,
                           "Final failures that may pass: full mailboxes, servers "
                           "that do not answer."))
        .with_panel(number("Deferred attempts", share(
            increase("ricochet_attempts_total", f'{AT}, outcome="deferred"'),
            increase("ricochet_attempts_total", AT)), "percentunit",
            ((None, GREEN), (0.2, ORANGE), (0.5, RED)),
            "Attempts that will be repeated, of all."))
        .with_panel(number("Delivered a minute", "60 * sum (rate("
                           f'ricochet_outcomes_total{{{OUTCOMES}, kind="delivered"}}'
                           "[$__rate_interval]))", "short", ((None, GREEN),),
                           "Now."))
        .with_panel(number("Suppressed", f"sum (ricochet_suppressions_active"
                           f"{{{OURS}}})", "short", ((None, "text"),),
                           "Addresses and domains on the suppression list.")))


def deliveries(board):
    kinds = by_kind(stacked(curves(
        "Outcomes by kind", "short",
        "The one end of each message for each recipient, a minute.",
        ("60 * sum by (kind) (rate(ricochet_outcomes_total"
         f"{{{OUTCOMES}}}[$__rate_interval]))", "{{kind}}"))))
    providers = limits_shown(curves(
        "Hard bounce rate by provider", "percentunit",
        "Over the last hour; providers with fewer than 50 outcomes are left out.",
        (f"{outcomes(HARD, 'provider', '1h')}"
         f" / ({outcomes('', 'provider', '1h')} >= 50)", "{{provider}}")))
    senders = "ricochet_sender_outcomes_total"
    labels = f'{OURS}, sender_domain=~"$sender_domain", {COUNTED}'
    hard = increase(senders, f"{labels}, {HARD}", "sender_domain")
    return (
        board.with_row(dashboard.Row("What happens to our mail"))
        .with_panel(kinds).with_panel(providers)
        .with_panel(matrix(
            "Final failures: provider × reason",
            "How often each provider refused for which reason. `ricochet explain` "
            "tells what a reason means and who must act.",
            increase("ricochet_bounces_total", AT, "provider, reason") + " > 0",
            "provider", "reason", "Value"))
        .with_panel(ranking(
            "Sender domains by hard bounce rate",
            "With at least 200 outcomes.", f"topk(15, {hard} / ("
            f"{increase(senders, labels, 'sender_domain')} >= 200))",
            "sender_domain", 8))
        .with_panel(stacked(curves(
            "Deferrals by reason", "short", "Attempts to be repeated, a minute: "
            "what slows a new sender down.",
            ("60 * sum by (reason) (rate(ricochet_deferrals_total"
             f"{{{AT}}}[$__rate_interval]))", "{{reason}}"), span=16)))
        .with_panel(curves(
            "Time to the final outcome", "s",
            "From arrival; half of the messages are faster than the median.",
            *((f"histogram_quantile({quantile}, sum by (le, kind) (rate("
               f"ricochet_time_to_final_seconds_bucket{{{OURS}, "
               'kind=~"delivered|hard|soft|block"}[$__rate_interval])))',
               f"{{{{kind}}}} {name}")
              for quantile, name in ((0.5, "median"), (0.95, "95 %"))), span=24)))


def consequences(board):
    reasons = ("blocklisted|spf_failed|dkim_failed|dmarc_failed|"
               "authentication_failed|ip_reputation|domain_reputation")
    return (
        board.with_row(dashboard.Row("What to do about it"))
        .with_panel(stacked(curves(
            "Suppression list: changes", "short",
            "An hour: entries that began, were released or expired, and those "
            "that the brake holds back.",
            ("3600 * sum by (action, reason) (rate(ricochet_suppressions_total"
             f"{{{OURS}}}[$__rate_interval]))", "{{action}} {{reason}}"),
            ("3600 * sum (rate(ricochet_suppression_flaws_total"
             f'{{{OURS}, cause="braked"}}[$__rate_interval]))',
             "held by the brake"))))
        .with_panel(stacked(curves(
            "Authentication, reputation and blocklists", "short",
            "Final refusals that are ours to mend, an hour.",
            ("3600 * sum by (provider, reason) (rate(ricochet_bounces_total"
             f'{{{AT}, reason=~"{reasons}"}}[$__rate_interval]))',
             "{{provider}} {{reason}}"))))
        .with_panel(stacked(curves(
            "Verdicts by what decided", "percentunit",
            "Of failed attempts. `none`: no rule and no code knows the reply; "
            "`ricochet report` lists such replies.",
            ("sum by (decided_by) (rate(ricochet_verdicts_total"
             f"{{{OURS}}}[$__rate_interval])) / ignoring (decided_by) group_left "
             f"sum (rate(ricochet_verdicts_total{{{OURS}}}[$__rate_interval]))",
             "{{decided_by}}"))))
        .with_panel(curves(
            "Replies whose code and text disagree", "short",
            "An hour, by provider. The text decides.",
            ("3600 * sum by (provider) (rate(ricochet_code_disagreements_total"
             f"{{{AT}}}[$__rate_interval]))", "{{provider}}"))))


def pipeline(board):
    return (
        board.with_row(dashboard.Row("The pipeline"))
        .with_panel(curves(
            "Consumer lag", "short", "Records not yet committed.",
            (f"sum by (stage, topic) (ricochet_consumer_lag_records{{{OURS}}})",
             "{{stage}} {{topic}}"), span=8))
        .with_panel(stacked(curves(
            "Lines by fate", "short", "A second.",
            (f"sum by (fate) (rate(ricochet_lines_total{{{OURS}}}"
             "[$__rate_interval]))", "{{fate}}"), span=8)))
        .with_panel(curves(
            "Dead letters", "short", "Lines that could not be read, a minute. "
            "`ricochet dead-letters list` shows them.",
            ("60 * sum by (mta, cause) (rate(ricochet_lines_total"
             f'{{{OURS}, fate="dead_lettered"}}[$__rate_interval]))',
             "{{mta}} {{cause}}"), span=8))
        .with_panel(curves(
            "Transactions", "short", "A minute, by result.",
            ("60 * sum by (stage, result) (rate(ricochet_transactions_total"
             f"{{{OURS}}}[$__rate_interval]))", "{{stage}} {{result}}"), span=8))
        .with_panel(curves(
            "Time of a batch", "s", "95 % are faster.",
            ("histogram_quantile(0.95, sum by (le, stage) (rate("
             f"ricochet_batch_seconds_bucket{{{OURS}}}[$__rate_interval])))",
             "{{stage}}"), span=8))
        .with_panel(curves(
            "Messages in flight", "short", "Remembered until their last line.",
            (f"sum (ricochet_correlation_entries{{{OURS}}})", "messages"),
            span=8)))


def reloads():
    return models.AnnotationQuery(
        name="Rules reloaded", datasource=SOURCE, enable=True, icon_color="blue",
        expr=f"changes(ricochet_ruleset_reloads_total{{{OURS}}}[1m]) > 0")


def main():
    board = (dashboard.Dashboard("Ricochet: mail delivery")
             .uid("ricochet").tags(["ricochet", "mail"]).readonly()
             .description("Deliveries, bounces and suppressions, as Ricochet "
                          "reads them from the mail servers' logs.")
             .tooltip(models.DashboardCursorSync.CROSSHAIR)
             .refresh("30s").time("now-6h", "now").timezone("browser")
             .with_variable(dashboard.DatasourceVariable("source")
                            .label("Prometheus").type("prometheus"))
             .with_variable(variable("job", "Job", "ricochet_build_info", "job"))
             .with_variable(variable("stream", "Stream",
                                     f"ricochet_outcomes_total{{{OURS}}}",
                                     "stream"))
             .with_variable(variable("provider", "Provider",
                                     f"ricochet_outcomes_total{{{OURS}}}",
                                     "provider"))
             .with_variable(variable("sender_domain", "Sender domain",
                                     f"ricochet_sender_outcomes_total{{{OURS}}}",
                                     "sender_domain")))
    for part in (headline, deliveries, consequences, pipeline):
        board = part(board)
    made = board.build()
    for panel_id, panel in enumerate(made.panels, start=1):
        panel.id_val = panel_id
        for letter, target in zip(string.ascii_uppercase,
                                  getattr(panel, "targets", None) or []):
            target.ref_id = letter
    made.annotations = models.AnnotationContainer(list_val=[reloads()])
    print(JSONEncoder(sort_keys=True, indent=2).encode(made))


if __name__ == "__main__":
    main()
