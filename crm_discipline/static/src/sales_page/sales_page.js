import { Component, onWillStart, useSubEnv, xml } from "@odoo/owl";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { getDefaultConfig } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Says for whom a page is, to whoever came to it by its address, and leads operators to their desk. */
class NotForYou extends Component {
    static template = "crm_discipline.NotForYou";
    static components = { Layout };
    static props = { isOperator: Boolean };

    setup() {
        useSubEnv({ config: { ...getDefaultConfig(), ...this.env.config } });
        this.action = useService("action");
        this.display = { controlPanel: {} };
    }

    openDesk() {
        return this.action.doAction("crm_discipline.crm_data_request_action", {
            clearBreadcrumbs: true,
        });
    }
}

/**
 * A page that only salespeople have a use for, and their supervisors, who are salespeople, too.
 *
 * Others are told so in a sentence, rather than by the refusal of what the page would ask.
 *
 * @param {typeof Component} Page a client action
 */
export function forSalespeople(Page) {
    return class SalesPage extends Component {
        static template = xml`
            <Page t-if="isFor" t-props="props" />
            <NotForYou t-else="" isOperator="isOperator" />`;
        static components = { NotForYou, Page };
        static props = { ...standardActionServiceProps };

        setup() {
            onWillStart(async () => {
                [this.isFor, this.isOperator] = await Promise.all([
                    user.hasGroup("sales_team.group_sale_salesman"),
                    user.hasGroup("crm_discipline.group_operator"),
                ]);
            });
        }
    };
}
