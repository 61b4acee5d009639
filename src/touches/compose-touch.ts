import type { LinkSigner } from '../integrations/mail/link-signer.js';
import type { MailMessage, Mailbox } from '../integrations/mail/mail-message.js';
import type {
  RenderProblem,
  ScopeLead,
  ScopePrep,
  TemplateRendererService,
  TemplateSource,
} from '../templates/template-renderer.service.js';

/** Links of a mail work for so long; a way out must not expire while the mail still lies around (promise A8). */
const LINK_LIFETIME_MS = 5 * 365 * 86_400_000;

export interface TouchSources {
  readonly touchId: string;
  readonly lead: ScopeLead;
  readonly address: string;
  readonly campaign: { readonly name: string | null; readonly country: string | null } | null;
  readonly sender: { readonly name: string; readonly address: string; readonly postal: string };
  readonly from: Mailbox;
  readonly template: TemplateSource & {
    readonly key: string;
    readonly language?: string | undefined;
    readonly links: Readonly<Record<string, string>>;
  };
  readonly cadenceKey: string;
  /** Link key → id; new ids where an earlier attempt left none. */
  readonly linkIds: ReadonlyMap<string, string>;
  readonly prep?: ScopePrep | undefined;
  readonly baseUrl: string;
  readonly fromDomain: string;
  /** Wall clock: links are opened by people, whatever the lead's clock says. */
  readonly wallNow: number;
}

export type ComposedTouch = { readonly ok: true; readonly message: MailMessage } | RenderProblem;

/** The complete mail of a touch, or what is missing for it. */
export function composeTouch(
  sources: TouchSources,
  renderer: TemplateRendererService,
  signer: LinkSigner,
): ComposedTouch {
  const { touchId, template, sender, baseUrl } = sources;
  const expiresAt = sources.wallNow + LINK_LIFETIME_MS;
  const links = Object.fromEntries(
    [...sources.linkIds].map(([key, id]) => [key, `${baseUrl}/t/c/${signer.sign('click', [id], expiresAt)}`]),
  );
  const unsubscribeUrl = `${baseUrl}/u/${signer.sign('unsubscribe', [touchId], expiresAt)}`;
  const rendered = renderer.render(
    template,
    { lead: sources.lead, campaign: sources.campaign, sender, links, prep: sources.prep },
    { senderName: sender.name, postal: sender.postal, unsubscribeUrl, language: template.language ?? 'en' },
  );
  if (!rendered.ok) return rendered;
  const { subject, html, text } = rendered.mail;
  const bounces = `${signer.bounceLocalPart(touchId)}@${sources.fromDomain}`;
  return {
    ok: true,
    message: {
      messageId: `${touchId}@${sources.fromDomain}`,
      from: sources.from,
      to: { name: sources.lead.name ?? '', address: sources.address },
      envelopeFrom: bounces,
      subject,
      html,
      text,
      headers: { 'Feedback-ID': `${sources.cadenceKey}:${template.key}:touch:baton` },
      unsubscribe: { url: unsubscribeUrl, mailto: `${bounces}?subject=unsubscribe` },
    },
  };
}
