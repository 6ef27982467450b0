using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A head taken out of its connection is the caller's for good.</summary>
public sealed class DetachedHeadTests
{
    private readonly Http1Connection _http = new();
    private Instant _now = new(1);

    [Fact]
    public void It_outlives_the_next_response()
    {
        ResponseHead first = Exchange("HTTP/1.1 200 Fine\r\nA: one\r\nContent-Length: 0\r\n\r\n");
        ResponseHead second = Exchange("HTTP/1.1 404 Gone\r\nB: two\r\nContent-Length: 0\r\n\r\n", first);

        Assert.Equal((200, "Fine", "one"), (first.StatusCode, first.ReasonPhrase, first.Headers.GetCombined("A")));
        Assert.Equal((404, "Gone", "two"), (second.StatusCode, second.ReasonPhrase, second.Headers.GetCombined("B")));
        Assert.False(second.Headers.Contains("A"));
    }

    [Fact]
    public void One_that_comes_again_is_the_earlier_one_and_costs_nothing()
    {
        const string Head = "HTTP/1.1 200 OK\r\nServer: here\r\nDate: Tue, 24 Nov 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
        ResponseHead first = Exchange(Head);
        Assert.Same(first, Exchange(Head, first));
        Receive(Head);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ResponseHead again = _http.Latest().DetachResponseHead(first);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(first, again);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nDate: 2\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nDate:  1\r\nContent-Length: 00\r\n\r\n")]
    [InlineData("HTTP/1.1 201 OK\r\nDate: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nDate: 1\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("HTTP/1.1 200 ok\r\nDate: 1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nDat: e1\r\nContent-Length: 0\r\n\r\n")]
    public void One_that_differs_is_not_taken_for_the_one_before(string response)
    {
        ResponseHead first = Exchange("HTTP/1.1 200 OK\r\nDate: 1\r\nContent-Length: 0\r\n\r\n");
        ResponseHead second = Exchange(response, first);
        Assert.NotSame(first, second);
        Assert.Equal("1", first.Headers.GetCombined("Date"));
    }

    [Fact]
    public void The_same_fields_with_another_framing_are_another_head()
    {
        const string Head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
        ResponseHead ofHead = Exchange(Head, method: "HEAD");
        Receive(Head + "abc");
        ResponseHead ofGet = _http.Latest().DetachResponseHead(ofHead);
        Assert.Equal((BodyFramingKind.None, BodyFramingKind.Length), (ofHead.Framing.Kind, ofGet.Framing.Kind));
    }

    [Fact]
    public void Fields_are_left_out_of_a_copy_and_stay_in_the_original()
    {
        ResponseHead head = Exchange("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\na: 3\r\nContent-Length: 0\r\n\r\n");
        ResponseHead less = head.Without("A", "Content-Length", "Unknown");
        Assert.Equal(["B"], less.Headers.Select(f => f.Name));
        Assert.Equal("2", less.Headers.GetCombined("b"));
        Assert.Equal("1, 3", head.Headers.GetCombined("A"));
        Assert.Equal("OK", less.ReasonPhrase);
    }

    [Fact]
    public void Values_of_a_name_are_joined_and_one_that_is_not_there_is_null()
    {
        HeaderBlock headers = Exchange("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\na: 3\r\nContent-Length: 0\r\n\r\n").Headers;
        Assert.Equal(("1, 3", "2", null), (headers["a"], headers["B"], headers["C"]));
    }

    private ResponseHead Exchange(string response, ResponseHead? earlier = null, string method = "GET")
    {
        Receive(response, method);
        ResponseHead head = _http.Latest().DetachResponseHead(earlier);
        Assert.Equal(EventKind.EndOfResponse, _http.Poll(_now).Kind);
        Assert.Equal(EventKind.None, _http.Poll(_now).Kind);
        return head;
    }

    private void Receive(string response, string method = "GET")
    {
        _now += TimeSpan.FromSeconds(1);
        _http.Begin(new RequestHead { Method = method, Authority = "h" }, ContentFraming.None, _now);
        _http.AdvanceSent(_http.GetOutput().Length, _now);
        byte[] bytes = Encoding.ASCII.GetBytes(response);
        bytes.CopyTo(_http.GetReceiveBuffer());
        _http.CommitReceived(bytes.Length, _now);
        Assert.Equal(EventKind.ResponseHead, _http.Poll(_now).Kind);
    }
}
