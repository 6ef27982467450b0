using System.Diagnostics;

namespace PollHttp.Decoding;

/// <summary>
/// Holds the decoders of one body, the outermost coding first. Each one except the last writes into its own small buffer, from which the
/// next one reads. So however far the codings expand, a step produces no more than its output has room for.
/// </summary>
internal sealed class DecoderChain : IDisposable
{
    private const int LinkSize = 16 * 1024;

    private readonly DecoderStage[] _stages;
    private readonly Link[] _links;

    private DecoderChain(DecoderStage[] stages)
    {
        _stages = stages;
        _links = stages.Length == 1 ? [] : NewLinks(stages.Length - 1);
        IsUnbounded = stages.Length > 1 || stages[0].Decoder.IsUnbounded;
    }

    /// <summary>Gets a value indicating whether the chain can exceed the ratio of a single gzip or deflate.</summary>
    public bool IsUnbounded { get; }

    /// <summary>Gets the name of the failed coding, and the reason.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Gets a value indicating whether the input may end here: no coding is inside its data.</summary>
    public bool MayEnd => NotEnded is null && Array.TrueForAll(_links, static l => l.Length == 0);

    /// <summary>Gets the name of the coding whose data is truncated, if the input may not end here.</summary>
    public string Unfinished => (NotEnded ?? _stages[^1]).Decoder.Name;

    private DecoderStage? NotEnded => Array.Find(_stages, static s => !s.MayEnd);

    /// <summary>Creates the decoders for codings in the order in which they were applied: the last one is decoded first.</summary>
    public static DecoderChain Of(ContentCodings[] codings, bool allowTrailingData)
    {
        var stages = new DecoderStage[codings.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            stages[i] = new DecoderStage(NewDecoder(codings[^(i + 1)]), allowTrailingData);
        }

        return new DecoderChain(stages);
    }

    /// <summary>Decodes until something was written, all input is used, or the data is found to be malformed.</summary>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written) =>
        Decode(_stages.Length - 1, input, output, out consumed, out written);

    public void Dispose()
    {
        foreach (DecoderStage stage in _stages)
        {
            stage.Dispose();
        }

        foreach (Link link in _links)
        {
            link.Release();
        }
    }

    private static ContentDecoder NewDecoder(ContentCodings coding) => coding switch
    {
        ContentCodings.GZip => new GZipDecoder(),
        ContentCodings.Deflate => new DeflateDecoder(),
        ContentCodings.Brotli => new BrotliContentDecoder(),
        _ => new ZstandardDecoder(),
    };

    private DecodeStatus Decode(int index, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        DecoderStage stage = _stages[index];
        DecodeStatus status;
        if (index == 0)
        {
            status = stage.Decode(input, output, out consumed, out written);
        }
        else
        {
            status = DecodeFromLink(index, input, output, out consumed, out written);
        }

        if (status == DecodeStatus.Malformed && stage.Problem.Length > 0 && Problem.Length == 0)
        {
            Problem = $"{stage.Decoder.Name}: {stage.Problem}";
        }

        return status;
    }

    private DecodeStatus DecodeFromLink(int index, ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        Link link = _links[index - 1];
        consumed = 0;
        while (true)
        {
            DecodeStatus status = _stages[index].Decode(link.Unread, output, out int used, out written);
            link.Read(used);
            if (written > 0 || status == DecodeStatus.Malformed)
            {
                return status;
            }

            status = Decode(index - 1, input[consumed..], link.GetSpan(), out used, out int made);
            consumed += used;
            link.Wrote(made);
            if (made == 0 && status != DecodeStatus.OutputFull)
            {
                return status;
            }
        }
    }

    private static Link[] NewLinks(int count)
    {
        var links = new Link[count];
        for (int i = 0; i < count; i++)
        {
            links[i] = new Link();
        }

        return links;
    }

    /// <summary>Holds what one decoder wrote for the next; filled only when it is empty.</summary>
    private sealed class Link
    {
        private byte[]? _bytes;
        private int _start;

        public int Length { get; private set; }

        public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, Length);

        public Span<byte> GetSpan() => _bytes ??= ArrayPool<byte>.Shared.Rent(LinkSize);

        public void Wrote(int count)
        {
            Debug.Assert(Length == 0, "a decoder that needs input has used all it had");
            _start = 0;
            Length = count;
        }

        public void Read(int count)
        {
            _start += count;
            Length -= count;
        }

        public void Release()
        {
            if (_bytes is not null)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
                _bytes = null;
                Length = 0;
            }
        }
    }
}
