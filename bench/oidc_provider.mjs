// npm oidc-provider with one client and one refresh token, in memory as it comes: prints a line {url, client_id, client_secret,
// refresh_token} when it is ready, and ends when its input does. What the token endpoint of Cordboard is compared with: the same grant,
// the secret in the body, an opaque access token, the refresh token kept.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const client = { client_id: 'bench', client_secret: 'b'.repeat(64) };
const server = createServer().listen(0, '127.0.0.1');
await new Promise((resolve) => server.on('listening', resolve));
const url = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(url, {
  clients: [{ ...client, redirect_uris: ['https://app.example/cb'], grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'client_secret_post' }],
  scopes: ['api', 'offline_access'],
  rotateRefreshToken: false,
  ttl: { AccessToken: 43200, RefreshToken: 5184000, Grant: 5184000 },
  findAccount: (ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
});
const accountId = 'person';
const grant = new provider.Grant({ accountId, clientId: client.client_id });
grant.addOIDCScope('api offline_access');
const grantId = await grant.save();
const refresh = new provider.RefreshToken({ client: await provider.Client.find(client.client_id), accountId, grantId, scope: 'api offline_access', gty: 'authorization_code' });
const refresh_token = await refresh.save();
server.on('request', provider.callback());
console.log(JSON.stringify({ url, ...client, refresh_token }));
process.stdin.resume().on('end', () => process.exit(0));
