using System.Buffers;

namespace PollHttp.Differential;

/// <summary>The decoders under test, in both ways they are used in.</summary>
internal static class OurCodec
{
    private static readonly DecompressionOptions s_options = new() { MaxRatio = null };

    /// <summary>Decodes with the chain itself, from pieces of input into pieces of room.</summary>
    /// <param name="body">How.</param>
    /// <param name="coded">The data.</param>
    /// <param name="problem">Why it was refused, or "".</param>
    public static byte[] DecodeByChain(BodyCase body, byte[] coded, out string problem)
    {
        var random = new Random(body.Seed ^ 0xCA5E);
        using DecoderChain chain = CodingPlan.NewChain(PlanOf(body), allowTrailingData: false);
        var decoded = new MemoryStream();
        byte[] room = new byte[64 * 1024];
        int at = 0;
        while (true)
        {
            int there = at == coded.Length ? 0 : Pieces.NextSize(random, body.Pieces, coded.Length - at);
            ReadOnlySpan<byte> piece = coded.AsSpan(at, there);
            at += there;
            while (true)
            {
                Span<byte> output = room.AsSpan(0, Pieces.NextSize(random, body.Size > 10_000 ? 0 : random.Next(4), room.Length));
                DecodeStatus status = chain.Decode(piece, output, out int consumed, out int written);
                decoded.Write(output[..written]);
                piece = piece[consumed..];
                if (status == DecodeStatus.Malformed)
                {
                    problem = chain.Problem;
                    return decoded.ToArray();
                }

                if (written == 0 && piece.IsEmpty)
                {
                    break;
                }
            }

            if (there == 0)
            {
                problem = chain.MayEnd ? "" : $"{chain.Unfinished}: it is cut";
                return decoded.ToArray();
            }
        }
    }

    /// <summary>Decodes as the body of a response, looked at now and then without taking anything.</summary>
    /// <param name="body">How.</param>
    /// <param name="coded">The data.</param>
    /// <param name="problem">Why it was refused, or "".</param>
    public static byte[] DecodeByBody(BodyCase body, byte[] coded, out string problem)
    {
        var random = new Random(body.Seed ^ 0xB0D1);
        var decoded = new MemoryStream();
        var source = new DecodedBody(
            new PiecesSource(coded, random, body.Pieces), CodingPlan.NewChain(PlanOf(body), allowTrailingData: false), s_options, "GET", new("http://body.example/"));
        problem = "";
        long examined = 0;
        try
        {
            while (true)
            {
                if (!source.TryRead(examined, out ReadOnlySequence<byte> data, out bool completed))
                {
                    continue;
                }

                long taken = completed || random.Next(3) > 0 ? data.Length : random.NextInt64(data.Length + 1);
                foreach (ReadOnlyMemory<byte> part in data.Slice(0, taken))
                {
                    decoded.Write(part.Span);
                }

                examined = completed ? 0 : random.NextInt64(data.Length - taken + 1);
                source.Advance(taken, examined);
                if (completed)
                {
                    break;
                }
            }
        }
        catch (PollHttpIOException error)
        {
            problem = error.Message;
        }

        source.Finish(byReader: true);
        return decoded.ToArray();
    }

    private static ContentCodings[] PlanOf(BodyCase body)
    {
        string names = string.Join(", ", body.Codings.Select(static c => Coded.NameOf(c.Name)));
        return CodingPlan.TryParse(names, ContentCodings.All, out ContentCodings[] codings, out _) && codings.Length == body.Codings.Length
            ? codings
            : throw new InvalidOperationException($"Not known: {names}.");
    }
}
