using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>RST_STREAM of either side: what it leaves of a response, what follows it, and whose places it frees (RFC 9113 §5.1, §5.4.2, §6.4, §8.1).</summary>
public sealed class ResetTests
{
    private const uint NoError = 0;
    private const uint Cancel = 8;

    private static readonly (Http2Frame[] Frames, string Log)[] s_answers =
    [
        ([Head(1, true), Http2Frame.Reset(1, NoError)], "head 200; end"),
        ([Head(1), Http2Frame.Data(1, "abc", true), Http2Frame.Reset(1, NoError)], "head 200; body abc; end"),
        ([Head(1), Http2Frame.Data(1, "abc", true), Http2Frame.Reset(1, Cancel)], "head 200; body abc; end"),
        ([Head(1), Http2Frame.Data(1, "abc"), Http2Frame.Headers(1, true, ("t", "v")), Http2Frame.Reset(1, NoError)], "head 200; body abc; end [t: v]"),
        ([Head(1), Http2Frame.Reset(1, 2)], "head 200; fault StreamReset 2"),
        ([Head(1), Http2Frame.Data(1, "abc"), Http2Frame.Reset(1, NoError)], "head 200; body abc; fault StreamReset 0"),
    ];

    private static Http2Frame Head(int stream, bool end = false) => Http2Frame.Headers(stream, end, (":status", "200"));

    [Theory, Trait("rule", "R2-039"), Trait("rule", "R2-040"), Trait("fault", "F2-10"), Trait("fault", "F2-11")]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Response_and_the_reset_behind_it_are_both_reported_wherever_they_are_cut(bool uploads, bool isLazy)
    {
        foreach ((Http2Frame[] frames, string expected) in s_answers)
        {
            byte[] octets = [.. frames.SelectMany(static f => f.ToArray())];
            for (int cut = 0; cut < octets.Length; cut++)
            {
                Http2Driver driver = Http2Driver.Open(0);
                driver.IsLazy = isLazy;
                ExchangeId id = uploads ? driver.Post(ContentFraming.OfLength(100_000)) : driver.Get();
                if (uploads)
                {
                    driver.Http.Write(id, new byte[100_000]);
                }

                driver.Send().Receive(octets[..cut]).Receive(octets[cut..]).Read(id).Send();
                Assert.Equal(expected, OfResponse(driver.Log));
                Assert.DoesNotContain(driver.Sent, static f => f.StartsWith("RST", StringComparison.Ordinal));
                driver.Finish();
            }
        }
    }

    [Theory, Trait("rule", "R2-031"), Trait("rule", "R2-032"), Trait("fault", "F2-07"), Trait("fault", "F2-08"), Trait("fault", "F2-09")]
    [InlineData("canceled", "RST 3 8")]
    [InlineData("malformed", "RST 3 1")]
    [InlineData("overflow", "RST 3 3")]
    [InlineData("reset by the peer", "")]
    public void Nothing_is_sent_on_a_stream_after_its_reset(string end, string expected)
    {
        Http2Driver driver = Http2Driver.Open(1, null, null, (4, 20_000));
        driver.IsLazy = true;
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Http.Write(id, new byte[60_000]);
        driver.Send().Receive(Head(3), Http2Frame.Data(3, new byte[10_000]), Http2Frame.Data(3, new byte[10_000]));
        driver.Read(id, 15_000).Send().Sent.Clear(); // just too little for credit
        driver.Receive(Http2Frame.WindowUpdate(3, 10_000)); // so that some of the content is queued
        switch (end)
        {
            case "canceled":
                driver.Http.Abort(id);
                break;
            case "malformed":
                driver.Receive(Head(3));
                break;
            case "overflow":
                driver.Receive(Http2Frame.WindowUpdate(3, int.MaxValue), Http2Frame.WindowUpdate(3, int.MaxValue));
                break;
            default:
                driver.Receive(Http2Frame.Reset(3, Cancel));
                break;
        }

        if (expected.Length > 0)
        {
            driver.Receive(Http2Frame.Data(3, "late"), Head(3), Http2Frame.WindowUpdate(3, 0));
        }

        driver.Receive(Http2Frame.WindowUpdate(3, 50_000), Http2Frame.Reset(3, Cancel), Http2Frame.Settings((4, 60_000)));
        if (end != "canceled")
        {
            driver.Read(id);
            driver.Http.Abort(id);
        }

        driver.Send();
        Assert.Equal(expected, string.Join("; ", driver.Sent.Where(static f => f.Split(' ')[1] == "3")));
        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-033"), Trait("rule", "R2-103"), Trait("fault", "F2-06")]
    public void Request_canceled_before_it_left_is_sent_and_reset_and_keeps_its_place_until_then()
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, (3, 1));
        driver.Http.Abort(driver.Get());
        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.Throws<InvalidOperationException>(() => driver.Get());
        Assert.Equal("HEADERS 1 end; RST 1 8; PING AreYouOk", driver.Send().TakeSent());
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Receive(Http2Frame.Ping("AreYouOk"u8.ToArray(), ack: true));
        Assert.Equal(1, driver.Http.AvailableExchanges);
        driver.Get();
        Assert.Equal("HEADERS 3 end", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-058"), Trait("fault", "F2-03")]
    public void Resets_bring_no_PING_while_places_are_left()
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, (3, 100));
        for (int i = 0; i < 1_000; i++)
        {
            ExchangeId id = driver.Get();
            driver.Send().Http.Abort(id);
            driver.Http.Release(id);
            driver.Send();
            if (i % 90 == 89)
            {
                driver.Receive(Http2Frame.Ping(new byte[8]));
            }
        }

        Assert.Equal(1_000, driver.Sent.Count(static f => f.StartsWith("RST", StringComparison.Ordinal)));
        Assert.DoesNotContain(driver.Sent, static f => f.StartsWith("PING", StringComparison.Ordinal) && !f.StartsWith("PING ack", StringComparison.Ordinal));
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-034"), Trait("rule", "R2-058"), Trait("fault", "F2-04"), Trait("fault", "F2-03")]
    [InlineData(20)]
    [InlineData(null)]
    public void Peer_that_hangs_gets_as_many_requests_as_it_has_places_or_a_hundred_and_one_PING(int? places)
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, places is { } limit ? [(3, (uint)limit)] : []);
        int requests = 0;
        for (; driver.Http.AvailableExchanges > 0 && requests < 1_000; requests++)
        {
            ExchangeId id = driver.Get();
            driver.Send().PassTime(TimeSpan.FromSeconds(1));
            driver.Http.Abort(id);
            driver.Http.Release(id);
            driver.Send();
        }

        Assert.Equal(places ?? 100, requests);
        Assert.Equal((0, 1), (driver.Http.OpenExchanges, driver.Sent.Count(static f => f.StartsWith("PING", StringComparison.Ordinal))));
        driver.Receive(Http2Frame.Ping("AreYouOk"u8.ToArray(), ack: true));
        Assert.InRange(driver.Http.AvailableExchanges, places ?? 100, int.MaxValue);
        driver.Finish();
    }

    private static string OfResponse(string log) =>
        string.Join("; ", log.Split("; ").Where(static e => e.StartsWith("head", StringComparison.Ordinal) || e.StartsWith("body", StringComparison.Ordinal)
            || e.StartsWith("end", StringComparison.Ordinal) || e.StartsWith("fault", StringComparison.Ordinal)));
}
