import { createTransport } from 'nodemailer';

/** Connects, greets and signs in where the address has a password; sends nothing. Throws when the server does not answer. */
export async function greetMailServer(smtpUrl: string): Promise<void> {
  const timeouts = { connectionTimeout: 5_000, greetingTimeout: 5_000, dnsTimeout: 5_000, socketTimeout: 5_000 };
  const transport = createTransport({ url: smtpUrl, ...timeouts, logger: false });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
