namespace PollHttp.Core.Http2.Hpack;

/// <summary>Takes the fields of a block as they are decoded.</summary>
internal interface IFieldSink
{
    /// <summary>Takes a field; the spans are valid during the call only.</summary>
    void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>Learns of a field that was dropped because it is longer than the decoder keeps.</summary>
    /// <param name="size">Octets of its name and value.</param>
    void OnDroppedField(long size);
}
