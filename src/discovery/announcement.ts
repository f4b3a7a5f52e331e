/** What of a gateway is told to its network. Nothing of it is secret, and nothing of it proves anything. */
export interface Announced {
  /** Of the machine, as it calls itself. */
  readonly hostname: string;
  readonly port: number;
  /** It speaks HTTPS. */
  readonly secure: boolean;
  /** Before every path of the Things; empty or `/api/v1`. */
  readonly prefix: string;
  /** A UUID that tells this bench from every other. */
  readonly installation: string;
}

/** A service as DNS-SD has it. */
export interface AnnouncedService {
  readonly name: string;
  readonly type: "wot" | "labthing";
  readonly port: number;
  readonly host: string;
  readonly txt: Readonly<Record<string, string>>;
  readonly subtypes?: string[];
  /** Nobody can be asked whether the name is free: whoever answered could keep a gateway from being found. */
  readonly probe: false;
}

/** A label of DNS has 63 bytes. */
const maxHost = 63;
const maxInName = 40;

/** `_wot._tcp` as W3C WoT Discovery has it, for the directory; `_labthing._tcp` as python-labthings and flowchem do. */
export function servicesOf({ hostname, port, secure, prefix, installation }: Announced): readonly AnnouncedService[] {
  const [first = ""] = hostname.split(".");
  const label = first.replaceAll(/[^A-Za-z0-9-]+/g, "-").replaceAll(/^-+|-+$/g, "") || "benchd";
  const id = installation.replaceAll(/[^A-Za-z0-9-]/g, "").slice(0, 36);
  // Two machines may have one name, as they come from one image; never two installations.
  const name = `benchd ${label.slice(0, maxInName)} ${id.slice(0, 8)}`;
  const common = { name, port, host: `${label.slice(0, maxHost)}.local`, probe: false } as const;
  const scheme = secure ? "https" : "http";
  return [
    {
      ...common,
      type: "wot",
      subtypes: ["directory"],
      txt: { td: "/.well-known/wot", type: "Directory", scheme },
    },
    { ...common, type: "labthing", txt: { path: prefix || "/", title: name, id, scheme } },
  ];
}
