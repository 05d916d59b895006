// How ./dev lint wants JavaScript, styles and XML laid out.
export default {
    printWidth: 100,
    tabWidth: 4,
    trailingComma: "es5",
    plugins: ["@prettier/plugin-xml"],
    // White space inside an element may be text that a user reads.
    xmlWhitespaceSensitivity: "strict",
    overrides: [{ files: ["*.yml", "*.yaml"], options: { tabWidth: 2 } }],
};
