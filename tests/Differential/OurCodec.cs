using System.Buffers;

namespace PollHttp.Differential;

/// <summary>The decoders under test, in the ways they are used in.</summary>
internal static class OurCodec
{
    private static readonly DecompressionOptions s_options = new() { MaxRatio = null };

    /// <summary>Decodes with the reader itself, from pieces of input into pieces of room.</summary>
    /// <param name="body">How.</param>
    /// <param name="coded">The data.</param>
    /// <param name="problem">Why it was refused, or "".</param>
    public static byte[] DecodeByReader(BodyCase body, byte[] coded, out string problem)
    {
        var random = new Random(body.Seed ^ 0xCA5E);
        using var reader = new CodedReader(PlanOf(body), s_options);
        var decoded = new MemoryStream();
        byte[] room = new byte[64 * 1024];
        int at = 0;
        while (!reader.HasFailed && !reader.HasEnded)
        {
            if (at == coded.Length)
            {
                reader.EndInput();
                break;
            }

            int there = Pieces.NextSize(random, body.Pieces, coded.Length - at);
            ReadOnlySpan<byte> piece = coded.AsSpan(at, there);
            at += there;
            int written;
            do
            {
                Span<byte> output = room.AsSpan(0, Pieces.NextSize(random, body.Size > 10_000 ? 0 : random.Next(4), room.Length));
                written = reader.Decode(piece, output, out int consumed);
                decoded.Write(output[..written]);
                piece = piece[consumed..];
            }
            while (written > 0);
        }

        problem = reader.HasFailed ? reader.Fault.Describe() : "";
        return decoded.ToArray();
    }

    /// <summary>Decodes the outermost coding as a stream of the handler's content, which takes off one; the others in the same way.</summary>
    /// <param name="body">How.</param>
    /// <param name="coded">The data.</param>
    /// <param name="problem">Why it was refused, or "".</param>
    public static byte[] DecodeByStream(BodyCase body, byte[] coded, out string problem)
    {
        var random = new Random(body.Seed ^ 0x57E4);
        var decoded = new MemoryStream();
        Stream stream = new PiecesStream(coded, random, body.Pieces);
        foreach (ContentCodings coding in PlanOf(body).Reverse())
        {
            stream = new DecodedContentStream(stream, coding, "GET", new("http://body.example/"));
        }

        byte[] room = new byte[64 * 1024];
        problem = "";
        try
        {
            int count;
            do
            {
                Span<byte> buffer = room.AsSpan(0, Pieces.NextSize(random, body.Size > 10_000 ? 0 : random.Next(4), room.Length));
                count = stream.Read(buffer);
                decoded.Write(buffer[..count]);
            }
            while (count > 0);
        }
        catch (Exception error) when (error is InvalidDataException or HttpIOException)
        {
            problem = error.Message;
        }

        stream.Dispose();
        return decoded.ToArray();
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
            new PiecesSource(coded, random, body.Pieces), new CodedReader(PlanOf(body), s_options), "GET", new("http://body.example/"));
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
