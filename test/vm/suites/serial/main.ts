// Inside the VM: what happens to serial ports. The order matters: the last one ends the gateway.
import "./pulled-out.ts";
import "./put-back.ts";
import "./refused.ts";
import "./cdc-acm.ts";
import "./closing.ts";
