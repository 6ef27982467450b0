using System.Globalization;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Every content coding, in every framing, taken in every shape, under every drive, over sockets and TLS too.</summary>
public sealed class DecodedBodyTests
{
    private static readonly byte[] s_content = Coded.Prose(60_000);
    private static readonly Dictionary<string, byte[]> s_coded = Coded.Names.ToDictionary(c => c, c => Coded.Encode(c, s_content));

    public static TheoryData<string> Settings() => Setting.AllAndSync();

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("rule", "R-201")]
    [Trait("rule", "R-205")]
    [Trait("ask", "A-13")]
    public void Every_coding_in_every_framing_is_the_same_in_every_shape(string setting) => Play.Run(setting, NewServer(), async scene =>
    {
        foreach (string coding in Coded.Names)
        {
            foreach (Framing framing in Enum.GetValues<Framing>())
            {
                foreach (Func<Response, Task<byte[]>> read in BodyShapes.All)
                {
                    using Response response = await scene.GetAsync(PathOf(coding, framing));
                    byte[] body = await read(response);
                    Assert.True(s_content.AsSpan().SequenceEqual(body), $"{coding}, {framing}, {read.Method.Name}: {body.Length} bytes, or others.");
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("rule", "R-208")]
    [Trait("fault", "F-37")]
    public void Every_coding_cut_short_in_every_framing_is_told_in_every_shape(string setting) => Play.Run(setting, NewServer(cut: 100), async scene =>
    {
        foreach (string coding in Coded.Names)
        {
            foreach (Framing framing in Enum.GetValues<Framing>())
            {
                foreach (Func<Response, Task<byte[]>> read in BodyShapes.All)
                {
                    using Response response = await scene.GetAsync(PathOf(coding, framing));
                    PollHttpIOException error = await Assert.ThrowsAsync<PollHttpIOException>(() => read(response));
                    Assert.Equal(Core.FaultKind.TruncatedCoding, error.Fault.Kind);
                }
            }
        }

        await scene.AssertUsableAsync("/gzip/Length/whole");
    });

    private static string PathOf(string coding, Framing framing) => $"/{Uri.EscapeDataString(coding)}/{framing}";

    private static ScriptedHttpServer NewServer(int cut = 0) => new(request =>
    {
        string[] parts = request.Target.Split('/');
        string coding = Uri.UnescapeDataString(parts[1]);
        byte[] coded = s_coded[coding];
        string fields = string.Create(CultureInfo.InvariantCulture, $"Content-Encoding: {Coded.NameOf(coding)}\r\n");
        return Framed.Reply(Enum.Parse<Framing>(parts[2]), parts.Length > 3 ? coded : coded[..^cut], fields);
    });
}
