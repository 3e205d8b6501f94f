/** Starts `mgmt lsp` for mcl documents. */
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const command = workspace.getConfiguration("mcl").get("path");
  const server = { command, args: ["lsp"] };
  client = new LanguageClient("mcl", "mcl", server, { documentSelector: [{ language: "mcl" }] });
  return client.start();
};

exports.deactivate = () => client?.stop();
