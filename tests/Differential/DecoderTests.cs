using CsCheck;
using Xunit;

namespace PollHttp.Differential;

/// <summary>The decoders, judged by those of the platform.</summary>
public sealed class DecoderTests
{
    /// <summary>What is refused here and taken by the platform, each for a reason.</summary>
    private static readonly string[] s_stricter =
    [
        "it is cut", // the streams of the platform take a cut for the end
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
        byte[] decoded = OurCodec.DecodeByChain(body, coded, out string problem);
        byte[] read = OurCodec.DecodeByBody(body, coded, out string readProblem);

        Assert.True(problem.Length == 0 == (readProblem.Length == 0), $"chain: '{problem}', body: '{readProblem}'");

        // How much comes before an error depends on the pieces; what comes does not.
        Assert.True(
            problem.Length == 0 ? read.AsSpan().SequenceEqual(decoded) : read.AsSpan().StartsWith(decoded) || decoded.AsSpan().StartsWith(read),
            "the chain and the body give different bytes");
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
            Assert.True(decoded.AsSpan().SequenceEqual(judged), "it is decoded to something else");
        }
        else if (judged is not null)
        {
            // A frame that was changed to announce a smaller window can be decoded in one shot only, where all output is at hand.
            bool isOneShot = PlatformCodec.TryDecode(body.Codings, coded, most, inPieces: true) is null;
            Assert.True(isOneShot || body.Damage == Damage.Followed || Array.Exists(s_stricter, s => problem.EndsWith(s, StringComparison.Ordinal)), $"the platform takes it, but: {problem}");
        }
    }
}
