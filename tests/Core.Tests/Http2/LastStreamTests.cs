using System.Runtime.CompilerServices;
using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The last stream of a connection: 2^31-1 (RFC 9113 §5.1.1).</summary>
public sealed class LastStreamTests
{
    private const int LastStream = int.MaxValue;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_exchanges")]
    private static extern ref long Exchanges(Http2Connection http);

    [Fact, Trait("rule", "R2-024"), Trait("rule", "R2-023")]
    public void Connection_whose_ids_are_used_up_takes_no_exchange_and_closes_after_the_last()
    {
        Http2Driver driver = Http2Driver.Open(0);
        Exchanges(driver.Http) = (1L << 30) - 2;
        ExchangeId before = driver.Get();
        Assert.Equal((true, CloseReasons.None), (driver.Http.AvailableExchanges > 0, driver.Http.CloseReasons));
        ExchangeId last = driver.Get();
        Assert.Equal((0, CloseReasons.IdsExhausted), (driver.Http.AvailableExchanges, driver.Http.CloseReasons));
        Assert.Throws<InvalidOperationException>(() => driver.Get());
        Assert.Equal($"HEADERS {LastStream - 2} end; HEADERS {LastStream} end", driver.Send().TakeSent());

        driver.Receive(Http2Frame.Headers(LastStream - 2, true, (":status", "204")));
        Assert.Equal("", driver.Send().TakeSent());
        driver.Receive(
            Http2Frame.WindowUpdate(LastStream, 10),
            Http2Frame.Headers(LastStream, false, (":status", "200")),
            Http2Frame.Data(LastStream, "last", true));
        Assert.Equal(
            $"{before.Value}: head 204; {before.Value}: end; {last.Value}: head 200; {last.Value}: body last; {last.Value}: end",
            driver.TakeLog());
        Assert.Equal("GOAWAY 0 0", driver.Send().TakeSent());
        Assert.Equal("closed", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-025")]
    public void Last_id_is_not_begun_before_its_turn()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Http2Frame.Headers(LastStream, true, (":status", "204")));
        Assert.Equal("GOAWAY 0 1", driver.Send().TakeSent());
        driver.Finish();
    }
}
