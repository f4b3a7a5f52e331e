import type { IPublishPacket } from "mqtt";
import type { MessageProperties } from "./link.ts";

type PacketProperties = NonNullable<IPublishPacket["properties"]>;

/** As the package wants them, which keeps none that is undefined. */
export function propertiesTo(properties: MessageProperties): PacketProperties {
  const { responseTopic, correlationData, contentType, messageExpiryInterval, userProperties } = properties;
  return {
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData) }),
    ...(contentType !== undefined && { contentType }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(userProperties !== undefined && {
      userProperties: Object.fromEntries(
        Object.entries(userProperties).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
      ),
    }),
  };
}

export function propertiesFrom(properties: PacketProperties): MessageProperties {
  const { responseTopic, correlationData, contentType, messageExpiryInterval, userProperties } = properties;
  return {
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData }),
    ...(contentType !== undefined && { contentType }),
    ...(messageExpiryInterval !== undefined && { messageExpiryInterval }),
    ...(userProperties !== undefined && { userProperties }),
  };
}
