namespace PollHttp.Core.Http2.Hpack;

/// <summary>Receives the fields of a block as they are decoded.</summary>
internal interface IFieldSink
{
    /// <summary>Receives a field; the spans are valid only during the call.</summary>
    void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>Receives the size of a field that was dropped because it is longer than the decoder keeps.</summary>
    /// <param name="size">The number of octets of its name and value.</param>
    void OnDroppedField(long size);
}
