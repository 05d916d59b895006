import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getGroupBy } from "@web/search/utils/group_by";
import { GraphModel, SEP } from "@web/views/graph/graph_model";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

const scheme = cookie.get("color_scheme");
const PLAN_FILL = getCustomColor(scheme, "#e9ecef", "#3c3e4b");
const PLAN_LINE = getCustomColor(scheme, "#6c757d", "#adb5bd");

/** Odoo's graph shows one measure; this one shows what was planned beside what was reached. */
export class PlanGraphModel extends GraphModel {
    /** Meetings and deals do not add up: each metric is a series of its own. */
    _buildMetaData(params) {
        const metaData = super._buildMetaData(params);
        if (!metaData.groupBy.some(({ fieldName }) => fieldName === "metric_id")) {
            metaData.groupBy = [...metaData.groupBy, getGroupBy("metric_id", metaData.fields)];
        }
        return metaData;
    }

    async _loadDataPoints(metaData) {
        if (metaData.measure !== "actual") {
            return super._loadDataPoints(metaData);
        }
        const [[planned], [reached, ...others]] = await Promise.all([
            super._loadDataPoints({ ...metaData, measure: "target" }),
            super._loadDataPoints(metaData),
        ]);
        const named = (points, isPlan, name) =>
            points.map((point) => ({ ...point, isPlan, labels: [...point.labels, name] }));
        return [
            [...named(planned, true, _t("Plan")), ...named(reached, false, _t("Actual"))],
            ...others,
        ];
    }

    /** Shares of a whole are those of what was reached. */
    _getProcessedDataPoints() {
        const points = super._getProcessedDataPoints();
        if (this.metaData.mode !== "pie") {
            return points;
        }
        return points
            .filter((point) => !point.isPlan)
            .map((point) =>
                point.isPlan === false ? { ...point, labels: point.labels.slice(0, -1) } : point
            );
    }

    /** Say of each series whether it is the plan's, and what it is about. */
    _getData(dataPoints, forceUseAllDataPoints) {
        const found = super._getData(dataPoints, forceUseAllDataPoints);
        const about = {};
        for (const point of dataPoints) {
            if (point.isPlan !== undefined) {
                about[this._getDatasetLabel(point)] = {
                    isPlan: point.isPlan,
                    subject: point.labels.slice(1, -1).join(SEP),
                };
            }
        }
        for (const dataset of found.datasets) {
            Object.assign(dataset, about[dataset.label]);
        }
        return found;
    }

    /** What was planned and what was reached have no sum. */
    _getLineOverlayDataset() {
        return this.metaData.measure === "actual" ? null : super._getLineOverlayDataset();
    }
}

/** Draws a plan as a frame with what was reached in it, or as a broken line. */
export class PlanGraphRenderer extends GraphRenderer {
    get compared() {
        return this.model.data.datasets.filter((dataset) => dataset.isPlan !== undefined);
    }

    /** Give each plan and what was reached of it the same colour: `{subject: colour}`. */
    get colors() {
        const subjects = [...new Set(this.compared.map((dataset) => dataset.subject))];
        return Object.fromEntries(
            subjects.map((subject, at) => [subject, getColor(at, scheme, subjects.length)])
        );
    }

    getBarChartData() {
        const chart = super.getBarChartData();
        const { colors, compared } = this;
        const { stacked } = this.model.metaData;
        for (const dataset of compared) {
            if (stacked) {
                dataset.stack = dataset.isPlan ? "plan" : "actual";
                dataset.backgroundColor = colors[dataset.subject];
                continue;
            }
            // at the same place, the plan wider and behind
            Object.assign(dataset, {
                stack: dataset.subject,
                order: dataset.isPlan ? 1 : 0,
                barPercentage: dataset.isPlan ? 0.95 : 0.6,
                backgroundColor: dataset.isPlan ? PLAN_FILL : colors[dataset.subject],
                borderColor: dataset.isPlan ? PLAN_LINE : colors[dataset.subject],
                borderWidth: 1,
                borderRadius: 2,
            });
        }
        return chart;
    }

    getLineChartData() {
        const chart = super.getLineChartData();
        const { colors, compared } = this;
        const { stacked } = this.model.metaData;
        for (const dataset of compared) {
            const color = colors[dataset.subject];
            dataset.borderColor = dataset.pointBackgroundColor = color;
            if (stacked) {
                dataset.stack = dataset.isPlan ? "plan" : "actual";
            }
            if (dataset.isPlan) {
                Object.assign(dataset, { borderDash: [6, 4], fill: false, pointStyle: "rect" });
            }
        }
        return chart;
    }

    getScaleOptions() {
        const scales = super.getScaleOptions();
        const { mode, stacked } = this.model.metaData;
        if (mode === "bar" && !stacked && this.compared.length) {
            // bars at the same place, not on top of each other
            scales.y.stacked = false;
        }
        return scales;
    }

    /** Meetings are whole: “450”, not “450.00”. */
    formatValue(value, allIntegers, formatType) {
        return super.formatValue(value, allIntegers || Number.isInteger(value), formatType);
    }

    /** A plan and what was reached of it are shown and hidden together. */
    onLegendClick(ev, legendItem) {
        super.onLegendClick(ev, legendItem);
        const { isPlan, subject } = this.chart.data.datasets[legendItem.datasetIndex];
        if (this.model.metaData.mode === "bar" && isPlan === false) {
            const twin = this.chart.data.datasets.findIndex(
                (dataset) => dataset.isPlan && dataset.subject === subject
            );
            this.chart.setDatasetVisibility(
                twin,
                this.chart.isDatasetVisible(legendItem.datasetIndex)
            );
            this.chart.update();
        }
    }

    /** The frame of a plan looks the same for all: it is explained once. */
    getLegendOptions() {
        const options = super.getLegendOptions();
        const { mode, stacked } = this.model.metaData;
        if (mode !== "bar" || stacked || !this.compared.length) {
            return options;
        }
        options.onClick = (ev, item) => !item.isPlan && this.onLegendClick(ev, item);
        const { generateLabels } = options.labels;
        options.labels.generateLabels = (chart) => {
            let explained = false;
            return generateLabels(chart).filter((label) => {
                const { isPlan, subject } = chart.data.datasets[label.datasetIndex];
                if (isPlan) {
                    const isFirst = !explained;
                    explained = true;
                    Object.assign(label, {
                        text: _t("Plan"),
                        fullText: _t("Plan"),
                        hidden: false,
                        isPlan: true,
                        strokeStyle: PLAN_LINE,
                    });
                    return isFirst;
                }
                label.text = label.fullText = subject || _t("Actual");
                return true;
            });
        };
        return options;
    }

    getTooltipItems(data, metaData, tooltipModel) {
        if (metaData.mode !== "pie" && this.compared.length && metaData.groupBy.length === 1) {
            // (of more than one group Odoo tells the series by itself)
            metaData = { ...metaData, groupBy: [...metaData.groupBy, ...metaData.groupBy] };
        }
        return super.getTooltipItems(data, metaData, tooltipModel);
    }
}

export const planGraphView = {
    ...graphView,
    Model: PlanGraphModel,
    Renderer: PlanGraphRenderer,
};

registry.category("views").add("plan_graph", planGraphView);
