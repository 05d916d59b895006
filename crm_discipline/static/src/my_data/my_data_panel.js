import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Latest } from "../plan_live/latest";

/** Your data at work: what campaigns reached of a salesperson's clients, and what came of it. */
export class MyDataPanel extends Component {
    static template = "crm_discipline.MyDataPanel";
    static props = {
        period: { type: Object, optional: true },
        userId: { type: [Number, Boolean], optional: true },
        version: { type: Number, optional: true },
        "*": true,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ audiences: [] });
        this.latest = new Latest();
        onWillStart(() => this.load(this.props));
        // not awaited: the figures of the plan wait for no panel
        onWillUpdateProps((props) => {
            this.load(props);
        });
    }

    /** Read what is not there yet; of a colleague's plan there is nothing of one's own. */
    load({ period, userId, version }) {
        const asked = JSON.stringify([period?.key, userId, version]);
        if (asked === this.asked) {
            return;
        }
        this.asked = asked;
        const audiences =
            period && (!userId || userId === user.userId)
                ? this.orm.call("crm.audience", "get_my_reach", [], {
                      date_from: period.date_from,
                      date_to: period.date_to,
                  })
                : [];
        return this.latest.take(audiences, (found) => (this.state.audiences = found));
    }

    reachText({ reached, clients }) {
        return _t("Your data reached %(reached)s of %(clients)s clients", { reached, clients });
    }

    cameText({ meetings, deals }) {
        const parts = [];
        if (meetings) {
            parts.push(meetings === 1 ? _t("1 meeting") : _t("%s meetings", meetings));
        }
        if (deals) {
            parts.push(deals === 1 ? _t("1 deal won") : _t("%s deals won", deals));
        }
        return parts.length ? _t("Came of it: %s", parts.join(", ")) : "";
    }

    bouncedText({ bounced }) {
        return _t("%s came back: correct them", bounced);
    }

    missedText({ missed }) {
        return _t("%s could not be reached: complete them", missed);
    }

    open(audience) {
        return this.openBy("action_view_results", audience);
    }

    openMissed(audience) {
        return this.openBy("action_view_my_missed", audience);
    }

    openBounced(audience) {
        return this.openBy("action_view_results", audience, "bounced", user.userId);
    }

    async openBy(method, audience, ...args) {
        this.action.doAction(await this.orm.call("crm.audience", method, [[audience.id], ...args]));
    }
}

registry
    .category("crm_discipline.my_plan_panels")
    .add("my_data", { Component: MyDataPanel }, { sequence: 50 });
