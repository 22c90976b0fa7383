// Shows the Signalbox side bar in a window that has never been open before; after that the user decides.
const vscode = require('vscode');

exports.activate = async (context) => {
  if (context.globalState.get('shown')) return;
  await context.globalState.update('shown', true);
  await vscode.commands.executeCommand('workbench.view.extension.signalbox');
};
