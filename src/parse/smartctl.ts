import * as z from 'zod/mini';

/** What `smartctl -j -H -A` says of a disk. */
export type SmartAnswer =
  | {
      readonly kind: 'told';
      /** The disk's own verdict; null if it has none. */
      readonly passed: boolean | null;
      /** What it counts that no healthy disk has, in words; empty if nothing. */
      readonly counts: readonly string[];
    }
  /** smartctl does not know this kind of device, or the disk did not answer it. */
  | { readonly kind: 'untold'; readonly why: string };

const count = z.number();
const attribute = z.object({ id: count, name: z.string(), raw: z.object({ value: count }) });

/** Those fields of smartctl's JSON (since 7.0) that are used; all others may be anything. */
const answerSchema = z.object({
  smartctl: z.object({
    messages: z.optional(z.array(z.object({ string: z.string() }))),
  }),
  smart_status: z.optional(z.object({ passed: z.boolean() })),
  ata_smart_attributes: z.optional(z.object({ table: z.array(attribute) })),
  nvme_smart_health_information_log: z.optional(z.object({ media_errors: z.optional(count) })),
  scsi_error_counter_log: z.optional(
    z.object({ read: z.optional(z.object({ total_uncorrected_errors: z.optional(count) })) }),
  ),
});

/** Attributes of ATA disks that count sectors which cannot be read: pending, and found by the disk's own tests. */
const unreadableSectors = [197, 198];

/** Reads the JSON, whatever the exit code was: its bits say the same in less words. Null: it is no such JSON. */
export function parseSmart(text: string): SmartAnswer | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const result = answerSchema.safeParse(data);
  if (!result.success) return null;
  const { smartctl, smart_status, ...logs } = result.data;
  const counts = listCounts(logs);
  if (smart_status === undefined && counts === undefined) {
    const why = smartctl.messages?.map((message) => message.string).join('; ') ?? '';
    return { kind: 'untold', why: why === '' ? 'the disk has no health to tell' : why };
  }
  return { kind: 'told', passed: smart_status?.passed ?? null, counts: counts ?? [] };
}

type Logs = Omit<z.infer<typeof answerSchema>, 'smartctl' | 'smart_status'>;

function listCounts(logs: Logs): string[] | undefined {
  const { ata_smart_attributes, nvme_smart_health_information_log, scsi_error_counter_log } = logs;
  if (
    ata_smart_attributes === undefined &&
    nvme_smart_health_information_log === undefined &&
    scsi_error_counter_log === undefined
  )
    return undefined;
  const counted: (readonly [name: string, value: number])[] = [
    ...(ata_smart_attributes?.table ?? [])
      .filter(({ id }) => unreadableSectors.includes(id))
      .map(({ name, raw }) => [name, raw.value] as const),
    ['media_errors', nvme_smart_health_information_log?.media_errors ?? 0],
    ['total_uncorrected_errors', scsi_error_counter_log?.read?.total_uncorrected_errors ?? 0],
  ];
  return counted.filter(([, value]) => value > 0).map(([name, value]) => `${name} ${String(value)}`);
}
