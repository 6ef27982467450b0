using System.Text.Json.Serialization;

namespace PollHttp.Downloads;

/// <summary>Describes a partial file, so that another call can resume it.</summary>
/// <param name="Address">A hash of the address, since the address itself may contain a secret.</param>
/// <param name="Validator">The strong validator of the content.</param>
/// <param name="Total">The length of the whole content, if it was announced.</param>
internal sealed record PartialInfo(string Address, string Validator, long? Total);

[JsonSerializable(typeof(PartialInfo))]
internal sealed partial class PartialInfoJson : JsonSerializerContext;
