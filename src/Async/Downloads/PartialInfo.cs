using System.Text.Json.Serialization;

namespace PollHttp.Downloads;

/// <summary>What is kept beside a partial file, so that another call can go on with it.</summary>
/// <param name="Address">A hash of the address: the address itself may hold a secret.</param>
/// <param name="Validator">The strong validator of the content that the bytes are of.</param>
/// <param name="Total">The length of the whole content, if it was announced.</param>
internal sealed record PartialInfo(string Address, string Validator, long? Total);

[JsonSerializable(typeof(PartialInfo))]
internal sealed partial class PartialInfoJson : JsonSerializerContext;
