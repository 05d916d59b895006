import { Component, onMounted, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { forSalespeople } from "../sales_page/sales_page";

/**
 * Makes the company of a link the active one.
 *
 * @param {number} [companyId] as a link from a mail says
 * @returns {boolean} whether the page is on its way to load anew for it
 */
export function enterCompany(companyId) {
    const isOther = companyId && companyId !== user.activeCompany.id;
    if (!isOther || !user.allowedCompanies.some((company) => company.id === companyId)) {
        return false;
    }
    user.activateCompanies([companyId], { includeChildCompanies: false, reload: true });
    return true;
}

/**
 * What a number in a mail leads to: the records behind a figure of the board.
 *
 * The address says which: `/odoo/action-crm_discipline.board_figure?figure=held&period=week&date=…`.
 */
export class BoardLink extends Component {
    static template = xml`<div class="o_board_link" />`;
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        onMounted(() => this.open());
    }

    async open() {
        const { figure, user: userId = null, period, date, company } = this.props.action.params;
        if (enterCompany(company)) {
            return;
        }
        const asked = { period, date };
        const action = await this.orm.call(
            "crm.discipline.board",
            "get_figure_action",
            [figure, userId],
            asked
        );
        await this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }
}

registry.category("actions").add("crm_discipline.board_figure", forSalespeople(BoardLink));
