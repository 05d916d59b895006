import { Component, onWillStart } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/** All quick statuses of a call side by side, each said with one click. */
export class CallStatusButtons extends Component {
    static template = "crm_discipline.CallStatusButtons";
    static props = {
        // a click on the current one says it again: it is not saved yet
        canRepeat: { type: Boolean, optional: true },
        current: { type: [Number, { value: false }], optional: true },
        onChoose: Function,
        readonly: { type: Boolean, optional: true },
        showKeys: { type: Boolean, optional: true },
    };
    static defaultProps = { canRepeat: false, current: false, readonly: false, showKeys: false };

    setup() {
        const service = useService("crm_discipline.call_status");
        this.isBusy = false;
        onWillStart(async () => {
            this.statuses = await service.load();
        });
    }

    /** A second click while the first still works would say the same twice. */
    async choose(status) {
        const isSaid = status.id === this.props.current && !this.props.canRepeat;
        if (this.isBusy || isSaid) {
            return;
        }
        this.isBusy = true;
        try {
            await this.props.onChoose(status.id);
        } finally {
            this.isBusy = false;
        }
    }
}
