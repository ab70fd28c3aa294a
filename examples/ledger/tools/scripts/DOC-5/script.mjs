export default {
  summary: 'the README names every command there is',
  noChange: true,
  steps: [
    {
      say: 'comparing the README with package.json',
      progress: 0.65,
      edit(files) {
        const commands = Object.keys(JSON.parse(files.read('package.json')).scripts);
        const readme = files.read('README.md');
        const missing = commands.filter((name) => !new RegExp(`npm (run )?${name}\\b`).test(readme));
        if (missing.length > 0) throw new Error(`the README does not name ${missing.join(', ')}`);
      },
    },
  ],
  report: { complianceGate: 'n/a' },
};
