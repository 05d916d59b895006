import { patch } from "@web/core/utils/patch";
import { Field } from "@web/views/fields/field";

/**
 * Tell whether a field is where a missing item is mended.
 *
 * A relation is only when nothing nearer is: a missing phone is no fault of the client's choice.
 */
function mends(item, name, type) {
    return item.fields[0] === name || (type !== "many2one" && item.fields.includes(name));
}

patch(Field.prototype, {
    /** A form that knows what its record lacks marks the fields that mend it. */
    get classNames() {
        const classNames = super.classNames;
        const { fieldInfo, name, record } = this.props;
        const missing = fieldInfo?.viewType === "form" && record.data.missing_items;
        if (Array.isArray(missing)) {
            const items = missing.filter((item) => mends(item, name, record.fields[name].type));
            classNames.o_discipline_missing = items.length > 0;
            classNames.o_discipline_missing_mild =
                items.length > 0 && !items.some((item) => item.blocks);
        }
        return classNames;
    },
});
