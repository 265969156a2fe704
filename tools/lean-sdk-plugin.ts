import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/*
 * What the bundles of the functions leave out of the AWS SDK. SST loads this file by its path (`stacks/function.ts`), in a Node of
 * its own. Each rule takes away what no function can use; where the SDK is no longer as the rule expects it, the build fails.
 */

interface Rule {
  readonly path: RegExp;
  /** The JavaScript that is bundled instead. `undefined` when the module is not as it is expected to be. */
  rewrite(text: string): string | undefined;
}

const SDK = String.raw`[\\/]node_modules[\\/]@aws-sdk[\\/]`;

/**
 * Lambda puts a function's credentials into its environment, and there is nowhere else to look: profiles, sign-ons, containers and
 * instances go.
 */
const CREDENTIALS_OF_ENVIRONMENT: Rule = {
  path: new RegExp(String.raw`${SDK}credential-provider-node[\\/]dist-es[\\/]index\.js$`),
  rewrite: (text) =>
    /\bdefaultProvider\b/.test(text)
      ? "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';"
      : undefined,
};

/** A client tells its version with each request, and brings the whole of its package.json for that. */
const VERSION_OF_PACKAGE: Rule = {
  path: new RegExp(String.raw`${SDK}client-[a-z-]+[\\/]package\.json$`),
  rewrite(text) {
    const { version } = JSON.parse(text) as { readonly version?: string };
    return version && `export default ${JSON.stringify({ version })};`;
  },
};

/** `export var X$ = […];` at the left edge: the schema of a structure, or of an operation. */
const SCHEMA = /^((?:export )?(?:var|const) \w+\$? = )(\[[\s\S]*?\]);$/gm;

/**
 * The schemas of all operations of a service are in one file, as arrays of objects with computed keys. A bundler must take those
 * for code with effects, and keeps all of them; marked like this, those that nobody uses go.
 */
const USED_SCHEMAS: Rule = {
  path: new RegExp(String.raw`${SDK}client-[a-z-]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$`),
  rewrite(text) {
    const marked = text.replaceAll(SCHEMA, '$1/* @__PURE__ */ (() => $2)();');
    return marked === text ? undefined : marked;
  },
};

const RULES: readonly Rule[] = [CREDENTIALS_OF_ENVIRONMENT, VERSION_OF_PACKAGE, USED_SCHEMAS];

export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup(build) {
    // SST 4.17.1 holds the filter against nothing at all, so that only one that takes everything ever matches
    // (.sst/platform/functions/nodejs-runtime/plugin.mjs), and takes no name of a loader: what it is given is JavaScript.
    build.onLoad({ filter: /.*/ }, ({ path }) => {
      const rule = RULES.find((one) => one.path.test(path));
      return rule && { contents: rule.rewrite(readFileSync(path, 'utf8')) ?? complaint(path) };
    });
  },
};

/** As SST expects it. */
export default [leanSdk];

/** No JavaScript: an error thrown here would end SST's process for plugins, for whose answer the build then waits in vain. */
function complaint(path: string): string {
  return `tools/lean-sdk-plugin.ts does not know this any more: ${path}`;
}
