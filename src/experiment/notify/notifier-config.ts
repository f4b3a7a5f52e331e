/** Where a secret is: never in the configuration itself. */
export type SecretPlace =
  /** The absolute path of a file that holds it. */
  | { readonly file: string }
  /** The name of a variable of the environment. */
  | { readonly variable: string }
  /** The name of a credential that systemd has given to the service. */
  | { readonly credential: string };

/** A mail server, and whom it is to bring messages to. */
export interface MailConfig {
  readonly kind: "mail";
  readonly host: string;
  readonly port: number;
  /** From the first byte, from STARTTLS on, or not at all. */
  readonly tls: "implicit" | "starttls" | "none";
  /** The absolute path of a file in PEM: whom to trust, instead of those whom Node trusts. */
  readonly ca: string | undefined;
  /** Who sends, to a server that wants to know; with a password. */
  readonly user: string | undefined;
  readonly password: SecretPlace | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** An address that takes messages by POST, in JSON. */
export interface WebhookConfig {
  readonly kind: "webhook";
  /** It may be a secret itself. */
  readonly url: string | SecretPlace;
  /** Sent as `Authorization: Bearer`. */
  readonly token: SecretPlace | undefined;
}

/** A way in which people are told. */
export interface NotifierConfig {
  readonly name: string;
  readonly way: MailConfig | WebhookConfig;
}
