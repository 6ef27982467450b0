using CsCheck;
using Xunit;

namespace PollHttp.Differential;

/// <summary>The decoders, judged by those of the platform.</summary>
public sealed class DecoderTests
{
    /// <summary>What is refused here and taken by the platform, each for a reason.</summary>
    private static readonly string[] s_stricter =
    [
        "stops before its end", // the streams of the platform take a cut for the end
        "other bytes follow its end", // they ignore them
        "it asks for a window of more than 8 MiB", // RFC 9659
    ];

    [Fact]
    [Trait("rule", "R-208")]
    public void Bodies_are_decoded_as_the_platform_decodes_them() =>
        RunSize.Sample(BodyCase.Any, Check, share: 600);

    private static void Check(BodyCase body)
    {
        byte[] content = body.MakeContent();
        byte[] whole = body.Encode(content, out int[] ends);
        byte[] coded = body.DamageOf(whole);
        byte[] decoded = OurCodec.DecodeByReader(body, coded, out string problem);
        CheckSame("body", decoded, problem, OurCodec.DecodeByBody(body, coded, out string bodyProblem), bodyProblem);
        if (body.Size <= 16 * 1024 * 1024)
        {
            // Beyond, the stream of the handler has its limit of ratio.
            CheckSame("stream", decoded, problem, OurCodec.DecodeByStream(body, coded, out string streamProblem), streamProblem);
        }

        if (coded.AsSpan().SequenceEqual(whole) || (body.Damage == Damage.Padded && whole.Length > 0 && body.Codings[^1].Name != "zstd"))
        {
            Assert.Equal("", problem);
            Assert.True(decoded.AsSpan().SequenceEqual(content), "valid data does not come back");
            return;
        }

        if (body.Damage == Damage.Truncated && coded.Length > 0 && !ends.Contains(coded.Length))
        {
            Assert.NotEqual("", problem);
            Assert.True(content.AsSpan().StartsWith(decoded), "cut data gives bytes that are not of the content");
            return;
        }

        int most = Math.Max(content.Length, decoded.Length) + 1_000_000;
        byte[]? judged = PlatformCodec.TryDecode(body.Codings, coded, most, inPieces: false);
        if (problem.Length == 0)
        {
            Assert.True(judged is not null, "it is taken where the platform refuses");
            Assert.True(
                decoded.AsSpan().SequenceEqual(judged) || IsPaddedBetweenMembers(body, coded, decoded, most), "it is decoded to something else");
        }
        else if (judged is not null)
        {
            // A frame that was changed to announce a smaller window can be decoded in one shot only, where all output is at hand.
            bool isOneShot = PlatformCodec.TryDecode(body.Codings, coded, most, inPieces: true) is null;
            bool isStricter = body.Damage == Damage.Followed || Array.Exists(s_stricter, s => problem.Contains(s, StringComparison.Ordinal))
                || PlatformCodec.TakesCutForEnd(body.Codings, coded, most); // it does not come as far as to see what is wrong
            Assert.True(isOneShot || isStricter, $"the platform takes it, but: {problem}");
        }
    }

    /// <summary>How much comes before an error depends on the pieces; what comes does not.</summary>
    private static void CheckSame(string way, byte[] decoded, string problem, byte[] other, string otherProblem)
    {
        Assert.True(problem.Length == 0 == (otherProblem.Length == 0), $"reader: '{problem}', {way}: '{otherProblem}'");
        Assert.True(
            problem.Length == 0 ? other.AsSpan().SequenceEqual(decoded) : other.AsSpan().StartsWith(decoded) || decoded.AsSpan().StartsWith(other),
            $"the reader and the {way} give different bytes");
    }

    /// <summary>Zero bytes between members of gzip are passed over as those after the last are. The platform ignores what follows them;
    /// without them, it gives the same bytes.</summary>
    private static bool IsPaddedBetweenMembers(BodyCase body, byte[] coded, byte[] decoded, int most)
    {
        if (body.Codings[^1].Name != "gzip")
        {
            return false;
        }

        for (int at = 1; at + 2 < coded.Length; at++)
        {
            for (int zeros = 1; coded[at] == 0x1F && coded[at + 1] == 0x8B && zeros <= 8 && at >= zeros && coded[at - zeros] == 0; zeros++)
            {
                if (decoded.AsSpan().SequenceEqual(PlatformCodec.TryDecode(body.Codings, [.. coded[..(at - zeros)], .. coded[at..]], most, inPieces: false)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
