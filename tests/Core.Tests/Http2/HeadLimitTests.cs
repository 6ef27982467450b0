using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Limits of heads that differ between an exchange and its connection.</summary>
public sealed class HeadLimitTests
{
    private const int Usual = 64 * 1024;

    [Fact, Trait("rule", "R2-138")]
    public void Largest_limit_of_a_head_accepts_heads()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionLimits { HeadBytes = int.MaxValue });
        driver.Receive(Response(1, 10));
        Assert.Equal("head 200; end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-087"), Trait("rule", "R2-117"), Trait("rule", "R2-138")]
    [InlineData(Usual + 1)]
    [InlineData(4 * Usual)]
    public void Field_over_the_limit_of_the_connection_is_kept_where_the_exchange_allows_it(int size)
    {
        Http2Driver driver = Http2Driver.Open(0);
        Begin(driver, headBytes: 8 * Usual);
        driver.Send().Receive(Response(1, size));
        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal(size, new HttpExchange(driver.Http, new(1)).ResponseHead.Headers["a"]!.Length);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-117")]
    [InlineData(5_000)]
    [InlineData(Usual - 1_000)]
    public void Head_over_the_limit_of_its_exchange_and_within_that_of_the_connection_fails_the_exchange_alone(int size)
    {
        Http2Driver driver = Http2Driver.Open();
        Begin(driver, headBytes: 1_024);
        driver.Send().Receive(Response(3, size)).Receive(Response(1, 10));
        Assert.Equal("2: fault HeadTooLarge 8; head 200; end", driver.Log);
        driver.Finish();
    }

    private static void Begin(Http2Driver driver, int headBytes) => driver.Http.Begin(
        new RequestHead { Authority = "example.test" },
        ContentFraming.None,
        driver.Now,
        new() { Limits = new() { HeadBytes = headBytes } });

    /// <summary>A response with a field of that size, in as many frames as it needs.</summary>
    private static byte[] Response(int stream, int size)
    {
        const int FrameSize = 16_384;
        byte[] block = Http2Fields.Encode((":status", "200"), ("a", new string('x', size)));
        List<byte> octets = [];
        for (int position = 0; position < block.Length; position += FrameSize)
        {
            bool isFirst = position == 0;
            Http2FrameFlags flags = (isFirst ? Http2FrameFlags.EndStream : 0) | (position + FrameSize >= block.Length ? Http2FrameFlags.EndHeaders : 0);
            ReadOnlyMemory<byte> piece = block.AsMemory(position, Math.Min(FrameSize, block.Length - position));
            octets.AddRange(new Http2Frame(isFirst ? Http2FrameType.Headers : Http2FrameType.Continuation, flags, stream, piece).ToArray());
        }

        return [.. octets];
    }
}
