using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

public sealed class ExchangeTimesTests
{
    [Fact]
    public void Each_step_of_an_exchange_has_its_time_and_the_next_exchange_starts_anew()
    {
        var http = new Http1Connection();
        Assert.Equal(new ExchangeTimes(), http.Latest().Times);

        ExchangeId exchange = http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, At(1));
        Assert.Equal(new ExchangeTimes { Begun = At(1) }, http.Latest().Times);
        http.AdvanceSent(1, At(2));
        Assert.Equal(Instant.Never, http.Latest().Times.Sent);
        http.AdvanceSent(http.GetOutput().Length, At(3));
        Receive(http, "HTTP/1.1 103 Early Hints\r\n\r\n", 4);
        Receive(http, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", 5);
        Assert.Equal(new ExchangeTimes { Begun = At(1), Sent = At(3), FirstByte = At(4) }, http.Latest().Times);
        Receive(http, "lo", 6);
        http.ConsumeBody(exchange, 5);
        Receive(http, "", 7);

        Assert.Equal(new ExchangeTimes { Begun = At(1), Sent = At(3), FirstByte = At(4), LastByte = At(6) }, http.Latest().Times);
        http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, At(8));
        Assert.Equal(new ExchangeTimes { Begun = At(8) }, http.Latest().Times);
    }

    private static Instant At(long second) => new(second * TimeSpan.TicksPerSecond);

    private static void Receive(Http1Connection http, string text, long second)
    {
        if (text.Length > 0)
        {
            http.CommitReceived(Encoding.Latin1.GetBytes(text, http.GetReceiveBuffer().Span), At(second));
        }

        while (http.Poll(At(second)).Kind != EventKind.None)
        {
        }
    }
}
