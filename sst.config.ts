/// <reference path="./.sst/platform/config.d.ts" />

// SST refuses imports at the top level; everything else is in stacks/.
export default $config({
  async app(input) {
    const { settingsFor } = await import('./stacks/settings.ts');
    const settings = settingsFor(input.stage);
    return {
      name: 'rolecall',
      // A synthesis without AWS keeps its state beside it (tools/synth).
      home: process.env['ROLECALL_OFFLINE'] === '1' ? 'local' : 'aws',
      removal: settings.production ? 'retain' : 'remove',
      protect: settings.production,
      providers: { aws: { version: '7.20.0', region: settings.region } },
    };
  },
  async run() {
    const { hub } = await import('./stacks/hub.ts');
    return hub();
  },
});
