import { evaluateBooleanExpr } from "@web/core/py_js/py";
import { parseXML } from "@web/core/utils/xml";
import { extractFieldsFromArchInfo } from "@web/model/relational_model/utils";
import { Field } from "@web/views/fields/field";

/** What serves better than the form's own widget where one thing after another is filled in. */
const WIDGETS = {
    "calendar.event": {
        meeting_result_id: {
            widget: "result_choice",
            options: "{'note': 'meeting_result_note'}",
        },
    },
};
/** What is shown before a field, because it often saves typing. */
const BEFORE = { "calendar.event": { client_id: "client_candidate_ids" } };
const NAMES = /[a-z_]\w*/gi;
const EXPRESSIONS = ["invisible", "readonly", "required", "domain", "context"];

/**
 * A field as the record's own form has it.
 *
 * @typedef {Object} AskedField
 * @property {Object} info as a form's `fieldNodes`
 * @property {string[]} invisible the conditions under which it, or what it is in, is not shown
 */

/**
 * What is needed to ask for fields of a model one record at a time, taken from the model's form: its
 * widgets, labels, placeholders and conditions.
 *
 * @typedef {Object} AskedForm
 * @property {Object<string, AskedField[]>} nodes by the fields' names; a form may have a field twice
 * @property {Object} fields
 * @property {Object} activeFields
 */

/**
 * @param {{fields, relatedModels, views}} description of the form, as the view service loads it
 * @param {string} resModel
 * @param {string[]} names the fields that may be asked for
 * @returns {AskedForm}
 */
export function prepareAskedForm({ fields: allFields, relatedModels, views }, resModel, names) {
    const fields = { ...allFields, ...relatedModels[resModel]?.fields };
    const models = { ...relatedModels, [resModel]: { fields } };
    const form = parseXML(views.form.arch);
    const own = [...form.querySelectorAll("field[name]")].filter(
        (node) => !node.parentElement.closest("field") && node.getAttribute("name") in fields
    );
    const parse = (node) => Field.parseFieldNode(node, models, resModel, "form");
    const nodes = {};
    const needed = new Set(["missing_items", "display_name"]);
    const infos = [];
    const before = names.map((name) => BEFORE[resModel]?.[name]).filter(Boolean);
    for (const name of new Set([...names, ...before])) {
        if (!(name in fields)) {
            continue;
        }
        let found = own.filter(
            (node) => node.getAttribute("name") === name && !isNever(node.getAttribute("invisible"))
        );
        if (!found.length && !own.some((node) => node.getAttribute("name") === name)) {
            // what the form does not show is asked for in the plainest way
            const node = form.ownerDocument.createElement("field");
            node.setAttribute("name", name);
            node.setAttribute("on_change", "1");
            found = [node];
        }
        nodes[name] = found.map((node) => {
            for (const [attribute, value] of Object.entries(WIDGETS[resModel]?.[name] || {})) {
                node.setAttribute(attribute, value);
            }
            const info = parse(node);
            infos.push(info);
            const invisible = getInvisible(node);
            for (const text of [...invisible, ...EXPRESSIONS.map((one) => info[one])]) {
                for (const used of text?.match(NAMES) || []) {
                    needed.add(used);
                }
            }
            return { info, invisible };
        });
    }
    for (const name of needed) {
        const node = own.find((one) => one.getAttribute("name") === name);
        if (!(name in nodes) && name in fields) {
            infos.push(node ? parse(node) : { name, context: "{}", field: {}, attrs: {} });
        }
    }
    const { activeFields } = extractFieldsFromArchInfo(
        { fieldNodes: { ...infos }, widgetNodes: {} },
        fields
    );
    return { nodes, fields, activeFields };
}

function isNever(invisible) {
    return ["1", "True"].includes(invisible);
}

/** @returns {string[]} the conditions under which a node, or a node that it is in, is not shown */
function getInvisible(node) {
    const conditions = [];
    for (let one = node; one; one = one.parentElement) {
        const condition = one.getAttribute("invisible");
        if (condition) {
            conditions.push(condition);
        }
    }
    return conditions;
}

/**
 * @param {AskedForm} form
 * @param {string} name
 * @param {Object} record
 * @returns {{name, info, isReadonly} | undefined} the field as the form shows it for a record now
 */
export function findShown(form, name, record) {
    const context = record.evalContextWithVirtualIds;
    const shown = (form.nodes[name] || []).filter(
        ({ invisible }) => !invisible.some((condition) => evaluateBooleanExpr(condition, context))
    );
    if (shown.length) {
        const inputs = shown.map(({ info }) => ({
            name,
            info,
            isReadonly: evaluateBooleanExpr(info.readonly, context),
        }));
        return inputs.find((input) => !input.isReadonly) || inputs[0];
    }
}

/**
 * Choose what to fill in for what is missing. A relation is asked for only when nothing nearer is shown:
 * a missing phone is no fault of the client's choice.
 *
 * @param {AskedForm} form
 * @param {string[]} names where it can be mended, the most direct field first
 * @param {Object} record
 * @returns {{name, info, isReadonly, isHelp}[]} `isHelp`: it only helps to fill in another one
 */
export function chooseInputs(form, names, record) {
    const shown = names.map((name) => findShown(form, name, record)).filter(Boolean);
    const chosen = shown.filter(
        (input, index) => index === 0 || record.fields[input.name].type !== "many2one"
    );
    const before = BEFORE[record.resModel]?.[chosen[0]?.name];
    const first = before && findShown(form, before, record);
    return first ? [{ ...first, isHelp: true }, ...chosen] : chosen;
}
