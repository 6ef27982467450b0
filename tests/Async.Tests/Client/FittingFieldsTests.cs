using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Fields that HttpClient sends with any request fit each request of a PollHttpClient.</summary>
public sealed class FittingFieldsTests
{
    private static readonly Dictionary<string, Action<System.Net.Http.Headers.HttpRequestHeaders>> s_fields = new()
    {
        ["expect"] = h => h.ExpectContinue = true,
        ["te"] = h => h.TE.ParseAdd("trailers"),
        ["te, close"] = h => { h.TE.ParseAdd("trailers"); h.ConnectionClose = true; },
        ["te, named"] = h => { h.TE.ParseAdd("trailers"); h.Connection.Add("TE"); },
        ["upgrade named alone"] = h => h.Connection.Add("Upgrade"),
        ["upgrade named, keep-alive"] = h => { h.Connection.Add("Upgrade"); h.Connection.Add("keep-alive"); },
        ["own named"] = h => { h.Add("X-Hop", "1"); h.Connection.Add("X-Hop"); },
        ["all"] = h => { h.ExpectContinue = true; h.TE.ParseAdd("trailers"); h.Connection.Add("Upgrade"); },
    };

    public static TheoryData<string, string, bool, string> Cases()
    {
        var data = new TheoryData<string, string, bool, string>();
        foreach (bool inMessage in (bool[])[false, true])
        {
            foreach (string method in (string[])["GET", "DELETE", "POST", "HEAD"])
            {
                data.Add("expect", method, inMessage, "");
                data.Add("te", method, inMessage, "TE: trailers|Connection: TE");
                data.Add("te, close", method, inMessage, "TE: trailers|Connection: close|Connection: TE");
                data.Add("te, named", method, inMessage, "TE: trailers|Connection: TE");
                data.Add("upgrade named alone", method, inMessage, "");
                data.Add("upgrade named, keep-alive", method, inMessage, "Connection: keep-alive");
                data.Add("own named", method, inMessage, "X-Hop: 1|Connection: X-Hop");
                data.Add("all", method, inMessage, "TE: trailers|Connection: TE");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("parity", "P-002")]
    public void A_field_without_a_meaning_in_a_request_is_left_out_and_another_is_completed(string fields, string method, bool inMessage, string expected)
    {
        var scene = new UploadScene();
        scene.Run(async client =>
        {
            using HttpRequestMessage message = new(new HttpMethod(method), UploadScene.Address);
            s_fields[fields](inMessage ? message.Headers : client.DefaultRequestHeaders);
            using Response response = inMessage ? await client.SendAsync(message) : await client.SendAsync(new Request(method, UploadScene.Address));
            return (int)response.StatusCode;
        });
        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(), Sent(scene).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_expectation_stays_where_there_is_a_content(bool inMessage)
    {
        var scene = new UploadScene();
        scene.Run(async client =>
        {
            using HttpRequestMessage message = new(HttpMethod.Post, UploadScene.Address) { Content = new ByteArrayContent(new byte[3]) };
            s_fields["expect"](inMessage ? message.Headers : client.DefaultRequestHeaders);
            using Response response = inMessage
                ? await client.SendAsync(message)
                : await client.PostAsync(UploadScene.Address, RequestContent.FromBytes(new byte[3]));
            return (int)response.StatusCode;
        });
        Assert.Equal(["Expect: 100-continue"], Sent(scene));
        Assert.Equal(3, scene.Request.Body.Length);
    }

    [Fact]
    public void What_the_caller_asks_for_in_this_very_request_is_refused_as_before()
    {
        var scene = new UploadScene();
        Assert.Throws<ArgumentException>(() => scene.Put(RequestContent.FromBytes(new byte[1]), ("TE", "trailers")));
        Assert.Empty(scene.Sends);
    }

    private static IEnumerable<string> Sent(UploadScene scene) => scene.Request.Headers
        .Where(h => h.Key is "Expect" or "TE" or "Connection" or "X-Hop")
        .Select(h => $"{h.Key}: {h.Value}");
}
