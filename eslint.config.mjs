// What ./dev lint asks of JavaScript.
import js from "@eslint/js";
import globals from "globals";

export default [
    { ignores: ["**/static/lib/**", "node_modules/**", ".dev/**"] },
    js.configs.recommended,
    {
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, luxon: "readonly", odoo: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            curly: "error",
            eqeqeq: ["error", "always", { null: "ignore" }],
            "no-console": "error",
            "no-debugger": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-unused-vars": ["error", { args: "after-used", argsIgnorePattern: "^_" }],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
        },
    },
    {
        files: ["*.config.mjs"],
        languageOptions: { globals: globals.node },
    },
];
