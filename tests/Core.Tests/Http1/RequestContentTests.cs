using System.Buffers;
using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The content of a request as it goes on the wire (RFC 9112 §6, §7.1).</summary>
public sealed class RequestContentTests
{
    private readonly Http1Connection _http = new();

    [Fact]
    [Trait("rule", "R-134")]
    public void More_or_less_than_the_announced_length_is_misuse_and_writes_nothing()
    {
        ExchangeId exchange = Begin(ContentFraming.OfLength(5));
        Assert.Equal(3, _http.Write(exchange, "abc"u8.ToArray()));

        Assert.Throws<InvalidOperationException>(() => _http.Write(exchange, "def"u8.ToArray()));
        Assert.Throws<InvalidOperationException>(() => _http.FinishBody(exchange));
        Assert.Equal("abc", Send());

        Assert.Equal(2, _http.Write(exchange, "de"u8.ToArray()));
        _http.FinishBody(exchange);
        Assert.Equal("de", Send());
        Assert.Throws<InvalidOperationException>(() => _http.Write(exchange, "f"u8.ToArray()));
        Assert.Throws<InvalidOperationException>(() => _http.FinishBody(exchange));
        Assert.Throws<InvalidOperationException>(() => _http.AbandonBody(exchange));
    }

    [Fact]
    [Trait("rule", "R-134")]
    public void A_content_of_no_bytes_takes_none()
    {
        ExchangeId exchange = Begin(ContentFraming.OfLength(0));
        Assert.Throws<InvalidOperationException>(() => _http.Write(exchange, "a"u8.ToArray()));
        Assert.Equal("", Send());
    }

    [Fact]
    [Trait("rule", "R-139")]
    public void A_chunk_without_bytes_is_never_sent()
    {
        ExchangeId exchange = Begin(ContentFraming.Chunked);
        Assert.Equal(0, _http.Write(exchange, default));
        Assert.Equal("", Send());
        Assert.Equal(10, _http.Write(exchange, "0123456789"u8.ToArray()));
        Assert.Equal(0, _http.Write(exchange, default));
        Assert.Equal("a\r\n0123456789\r\n", Send());
        _http.FinishBody(exchange);
        Assert.Equal("0\r\n\r\n", Send());
    }

    [Theory]
    [Trait("rule", "R-136")]
    [InlineData(1, "1")]
    [InlineData(15, "f")]
    [InlineData(16, "10")]
    [InlineData(65536, "10000")]
    public void A_chunk_says_its_size_in_hexadecimal(int size, string digits)
    {
        ExchangeId exchange = Begin(ContentFraming.Chunked);
        Assert.Equal(size, _http.Write(exchange, new byte[size]));
        Assert.Equal($"{digits}\r\n{new string('\0', size)}\r\n", Send());
    }

    [Fact]
    [Trait("rule", "R-140")]
    public void Trailers_follow_the_last_chunk()
    {
        ExchangeId exchange = Begin(ContentFraming.Chunked);
        Assert.Equal(2, _http.Write(exchange, "hi"u8.ToArray()));
        _http.FinishBody(exchange, new HeaderList { { "Digest", "abc" }, { "X", "\u00e9" } });
        Assert.Equal("2\r\nhi\r\n0\r\nDigest: abc\r\nX: \u00e9\r\n\r\n", Send());
    }

    [Theory]
    [Trait("rule", "R-087")]
    [Trait("rule", "R-140")]
    [InlineData("Transfer-Encoding")]
    [InlineData("content-length")]
    [InlineData("HOST")]
    [InlineData("Connection")]
    [InlineData("Authorization")]
    [InlineData("Set-Cookie")]
    [InlineData("Content-Type")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    public void A_forbidden_trailer_is_refused_and_changes_nothing(string name)
    {
        ExchangeId exchange = Begin(ContentFraming.Chunked);
        Assert.Throws<ArgumentException>(() => _http.FinishBody(exchange, new HeaderList { { "A", "b" }, { name, "x" } }));
        Assert.Equal((SendState.Body, ""), (_http.SendState, Send()));
        _http.FinishBody(exchange);
        Assert.Equal("0\r\n\r\n", Send());
    }

    [Fact]
    [Trait("rule", "R-140")]
    public void Content_of_a_length_has_no_trailers()
    {
        ExchangeId exchange = Begin(ContentFraming.OfLength(1));
        Assert.Equal(1, _http.Write(exchange, "x"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => _http.FinishBody(exchange, new HeaderList { { "A", "b" } }));
        Assert.Equal(SendState.Body, _http.SendState);
    }

    [Fact]
    public void Memory_is_lent_until_it_is_released_and_never_while_it_is_lent_again()
    {
        ExchangeId exchange = Begin(ContentFraming.Chunked);
        byte[] first = "first"u8.ToArray();
        Assert.Equal(5, _http.Write(exchange, first));
        Assert.True(_http.GetOutput().Slice(3, 5).First.Span.Overlaps(first)); // the memory itself, not a copy
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);
        _ = Send();
        Assert.Equal(6, _http.Write(exchange, "second"u8.ToArray()));
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);
        for (int i = 0; i < 20; i++)
        {
            _ = Send();
            Assert.Equal(4, _http.Write(exchange, "more"u8.ToArray()));
        }

        _ = Send();
        Assert.Equal(new ConnectionEvent(EventKind.BodyReleased, exchange), _http.Poll(default));
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);
    }

    [Fact]
    public void Above_the_high_water_mark_nothing_more_is_taken()
    {
        var http = new Http1Connection(new() { Limits = { SendHighWater = 100 } });
        ExchangeId exchange = http.Begin(new RequestHead { Method = "POST" }, ContentFraming.Chunked, default);
        http.AdvanceSent(http.GetOutput().Length, default);
        Assert.Equal(100, http.Write(exchange, new byte[100]));
        Assert.Equal(0, http.Write(exchange, new byte[1]));
        Assert.False(http.Wants.Application);

        http.AdvanceSent(50, default);
        Assert.True(http.Wants.Application);
        Assert.Equal(1, http.Write(exchange, new byte[1]));
        http.Close();
    }

    [Theory]
    [Trait("fault", "F-16")]
    [InlineData(true, 4, "with 4 of 10 bytes of the request's content sent")]
    [InlineData(true, 0, "with 0 of 10 bytes of the request's content sent")]
    [InlineData(true, 10, null)]
    [InlineData(false, 6, "with 6 bytes of the request's content sent and not the last")]
    public void A_connection_that_breaks_tells_how_far_the_content_got(bool hasLength, int sent, string? words)
    {
        ExchangeId exchange = Begin(hasLength ? ContentFraming.OfLength(10) : ContentFraming.Chunked);
        Assert.Equal(10, _http.Write(exchange, "0123456789"u8.ToArray()));
        _http.FinishBody(exchange);
        _http.AdvanceSent(sent, default);
        _http.TransportFailed(TransportDirection.Send, new(TransportError.Reset, null));
        _http.TransportFailed(TransportDirection.Receive, new(TransportError.Reset, null));
        while (_http.Poll(default).Kind is not (EventKind.None or EventKind.Closed))
        {
        }

        Assert.Equal((FaultKind.ConnectionReset, (long)sent), (_http.Fault.Kind, _http.Fault.RequestContentSent));
        if (words is null)
        {
            Assert.DoesNotContain("content", _http.Fault.Describe(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(words, _http.Fault.Describe(), StringComparison.Ordinal);
        }
    }

    private ExchangeId Begin(ContentFraming content)
    {
        ExchangeId exchange = _http.Begin(new RequestHead { Method = "POST", Authority = "example.test" }, content, default);
        _ = Send();
        return exchange;
    }

    private string Send()
    {
        string sent = Encoding.Latin1.GetString(_http.GetOutput().ToArray());
        _http.AdvanceSent(sent.Length, default);
        return sent;
    }
}
