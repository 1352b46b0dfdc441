import { lookup } from '../../../shared/lookup.ts';
import { oneLine, withoutIcons } from '../../markdown.ts';

/** Names of providers as they write themselves. They are names, and the same in every language. */
const names: Readonly<Record<string, string>> = {
  apple: 'Apple',
  azure: 'Microsoft',
  bitbucket: 'Bitbucket',
  discord: 'Discord',
  facebook: 'Facebook',
  figma: 'Figma',
  fly: 'Fly.io',
  github: 'GitHub',
  gitlab: 'GitLab',
  google: 'Google',
  kakao: 'Kakao',
  keycloak: 'Keycloak',
  linkedin: 'LinkedIn',
  linkedin_oidc: 'LinkedIn',
  notion: 'Notion',
  slack: 'Slack',
  slack_oidc: 'Slack',
  snapchat: 'Snapchat',
  spotify: 'Spotify',
  twitch: 'Twitch',
  twitter: 'X',
  workos: 'WorkOS',
  zoom: 'Zoom',
};

/** What a provider is called; one that we do not know as the server calls it, which may be anything. */
export function providerName(provider: string): string {
  return lookup(names, provider) ?? withoutIcons(oneLine(provider, 60));
}
