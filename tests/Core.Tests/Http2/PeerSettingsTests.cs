using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>SETTINGS that come at an awkward moment, or that would leave a content without any frame (RFC 9113 §6.5).</summary>
public sealed class PeerSettingsTests
{
    private static Http2Frame Head(int stream, bool end = false) => Http2Frame.Headers(stream, end, (":status", "200"));

    [Theory, Trait("rule", "R2-047"), Trait("fault", "F2-22")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Settings_at_any_step_of_the_end_of_a_stream_move_the_windows_of_the_others(int moment)
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, (4, 10));
        ExchangeId ending = driver.Post(ContentFraming.Chunked);
        ExchangeId other = driver.Post(ContentFraming.Chunked);
        driver.Http.Write(ending, new byte[5]);
        driver.Http.Write(other, new byte[50]);
        Action[] steps =
        [
            () => driver.Send(),
            () => driver.Http.FinishBody(ending),
            () => driver.Send(),
            () => driver.Receive(Head(1)),
            () => driver.Receive(Http2Frame.Data(1, "x", true)),
            () => driver.Http.Release(ending),
        ];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i]();
            if (i == moment)
            {
                driver.Receive(Http2Frame.Settings((4, 30)));
            }
        }

        driver.Send();
        Assert.Equal(30, driver.Sent.Where(static f => f.StartsWith("DATA 3 ", StringComparison.Ordinal)).Sum(static f => int.Parse(f.Split(' ')[2])));
        Assert.Single(driver.Sent, "SETTINGS ack");
        Assert.Contains("head 200; body x; end", driver.Log.Replace("early; ", "", StringComparison.Ordinal));
        driver.Receive(Http2Frame.WindowUpdate(3, 100));
        driver.Http.FinishBody(other);
        driver.Send().Receive(Head(3, true));
        Assert.Contains("2: head 200; 2: end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-043"), Trait("rule", "R2-048"), Trait("fault", "F2-21")]
    [InlineData(true, 5, 0u)]
    [InlineData(false, 5, 0u)]
    [InlineData(true, 5, 16_383u)]
    [InlineData(false, 4, 0xFFFF_FFFFu)]
    public void Bad_settings_fail_a_content_that_waits(bool isFirst, int id, uint value)
    {
        Http2Driver driver = isFirst ? new() : Http2Driver.Open(0);
        ExchangeId exchange = driver.Post(ContentFraming.Chunked);
        driver.Http.Write(exchange, new byte[100_000]);
        driver.Send().Receive(Http2Frame.Settings((id, value)), Http2Frame.WindowUpdate(0, 100_000), Http2Frame.WindowUpdate(1, 100_000));
        Assert.Contains($"fault ProtocolViolation {(id == 4 ? 3 : 1)}", driver.Log);
        Assert.Contains("BodyReleased", driver.Log);
        Assert.StartsWith("GOAWAY 0 ", driver.Send().Sent[^1]);
        Assert.Equal(Wants.Nothing, driver.Http.Wants);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-049"), Trait("rule", "R2-085"), Trait("fault", "F2-41")]
    [InlineData(0)]
    [InlineData(100)]
    public void Smaller_table_of_the_peer_is_confirmed_in_the_next_request(int size)
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.TellsFields = true;
        for (int i = 0; i < 3; i++)
        {
            driver.Post(ContentFraming.OfLength(0), ("x-trace", "0123456789"), ("x-other", new string('o', 60)));
        }

        driver.Send().Receive(Http2Frame.Settings((1, (uint)size)));
        Assert.Equal("SETTINGS ack", driver.Send().Sent[^1]);
        driver.LimitTable(size);
        driver.Post(ContentFraming.OfLength(0), ("x-trace", "0123456789"), ("x-other", new string('o', 60)));
        Assert.EndsWith($"[x-trace: 0123456789] [x-other: {new string('o', 60)}] [content-length: 0]", driver.Send().Sent[^1]);
        driver.Finish();
    }
}
