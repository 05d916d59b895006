import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const UNDO_DELAY = 10_000;

/**
 * Says what a click just did and offers, for ten seconds, to take it back.
 *
 * The views below reload, because the action closes like a dialog would.
 *
 * @param {Object} env
 * @param {Object} action client action
 * @param {Object} action.params
 * @param {string} action.params.message
 * @param {string} action.params.model
 * @param {string} action.params.method what takes it back
 * @param {Array} action.params.args
 */
export function undoAction(env, action) {
    const { message, model, method, args } = action.params;
    const undo = async () => {
        close();
        await env.services.orm.call(model, method, args);
        // a dialog opened in the meantime keeps what was typed there
        if (env.services.ui.activeElement === document) {
            await env.services.action.doAction("soft_reload");
        }
    };
    const close = env.services.notification.add(message, {
        type: "success",
        autocloseDelay: UNDO_DELAY,
        buttons: [{ name: _t("Undo"), primary: true, icon: "fa-undo", onClick: undo }],
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("crm_discipline.undo", undoAction);
