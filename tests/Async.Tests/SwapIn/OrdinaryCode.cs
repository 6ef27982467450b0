// The build compiles this file twice: as it stands, and with these two aliases turned into the platform's types.
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AnyClient = PollHttp.PollHttpClient;
using ResponseMessage = PollHttp.Response;

namespace PollHttp.Tests.SwapIn.Ours;

/// <summary>What tools do with HttpClient, written as it is usually written. Nothing here knows which client it is.</summary>
internal static class OrdinaryCode
{
    public static async Task<List<string>> RunAsync(AnyClient client, Uri server)
    {
        var log = new List<string>();
        client.BaseAddress = new Uri(server, "/api/");
        client.Timeout = TimeSpan.FromSeconds(30);
        client.MaxResponseContentBufferSize = 1_000_000;
        client.DefaultRequestVersion = HttpVersion.Version11;
        client.DefaultRequestHeaders.UserAgent.ParseAdd("tool/1.0 (+https://example.org)");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "token");
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        client.DefaultRequestHeaders.Add("X-Api-Key", "key");

        await ReadAsync(client, log);
        await WriteAsync(client, log);
        await JsonAsync(client, log);
        await FailAsync(client, log);
        return log;
    }

    private static async Task ReadAsync(AnyClient client, List<string> log)
    {
        using ResponseMessage response = await client.GetAsync("echo?q=1");
        response.EnsureSuccessStatusCode();
        log.Add($"{(int)response.StatusCode} {response.StatusCode} {response.IsSuccessStatusCode} {response.Version}");
        log.Add(response.Content.Headers.ContentType?.MediaType ?? "no type");
        log.Add(string.Join(",", response.Headers.GetValues("X-Served-By")));
        log.Add(response.Headers.Contains("X-Absent").ToString());
        log.Add(await response.Content.ReadAsStringAsync());

        log.Add(await client.GetStringAsync("echo?q=2"));
        log.Add(Convert.ToHexString(await client.GetByteArrayAsync(new Uri("bytes?count=10", UriKind.Relative), CancellationToken.None)));
        await using (Stream stream = await client.GetStreamAsync("bytes?count=100000"))
        {
            var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            log.Add(copy.Length.ToString(CultureInfo.InvariantCulture));
        }

        using (var streamed = await client.GetAsync("bytes?count=200000", HttpCompletionOption.ResponseHeadersRead))
        await using (Stream stream = await streamed.Content.ReadAsStreamAsync())
        {
            var buffer = new byte[1000];
            await stream.ReadExactlyAsync(buffer);
            log.Add($"{streamed.Content.Headers.ContentLength} {buffer[999]}");
        }

        using var whole = await client.GetAsync(new Uri("bytes?count=200000", UriKind.Relative), HttpCompletionOption.ResponseContentRead);
        log.Add((await whole.Content.ReadAsByteArrayAsync()).Length.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task WriteAsync(AnyClient client, List<string> log)
    {
        foreach (HttpContent? content in new HttpContent?[]
        {
            null,
            new StringContent("häl", Encoding.UTF8, "text/markdown"),
            new ByteArrayContent([1, 2, 3]),
            new StreamContent(new MemoryStream(new byte[100_000])),
            new FormUrlEncodedContent(new Dictionary<string, string> { ["a b"] = "c&d", ["e"] = "" }),
            new MultipartFormDataContent("fixed") { { new StringContent("1"), "a" }, { new ByteArrayContent([9]), "file", "f.bin" } },
            JsonContent.Create(new { Name = "x" }),
        })
        {
            using var response = await client.PostAsync("echo", content);
            log.Add(await response.Content.ReadAsStringAsync());
        }

        using var put = await client.PutAsync("echo", new StringContent("put"));
        log.Add(await put.Content.ReadAsStringAsync());
        using var patch = await client.PatchAsync("echo", new StringContent("patch"), CancellationToken.None);
        log.Add(await patch.Content.ReadAsStringAsync());
        using var delete = await client.DeleteAsync("echo");
        log.Add(await delete.Content.ReadAsStringAsync());

        using var request = new HttpRequestMessage(HttpMethod.Put, "echo") { Content = new StringContent("sent") };
        request.Headers.Add("X-Api-Key", "own");
        request.Headers.TryAddWithoutValidation("X-More", "1");
        using var sent = await client.SendAsync(request);
        log.Add(await sent.Content.ReadAsStringAsync());
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "echo"), HttpCompletionOption.ResponseHeadersRead);
        log.Add($"{(int)head.StatusCode} {(await head.Content.ReadAsStringAsync()).Length}");
    }

    private static async Task JsonAsync(AnyClient client, List<string> log)
    {
        Item? item = await client.GetFromJsonAsync<Item>("items/7");
        log.Add(item?.ToString() ?? "null");
        using var posted = await client.PostAsJsonAsync("items", new Item(8, "eight"));
        log.Add((await posted.Content.ReadFromJsonAsync<Item>())?.ToString() ?? "null");
        using var put = await client.PutAsJsonAsync("items", new Item(9, "nine"), new JsonSerializerOptions(JsonSerializerDefaults.Web));
        log.Add(await put.Content.ReadAsStringAsync());
        using var patched = await client.PatchAsJsonAsync("items", new Item(10, "ten"));
        log.Add(await patched.Content.ReadAsStringAsync());
        log.Add((await client.DeleteFromJsonAsync<Item>("items/11"))?.ToString() ?? "null");
        await foreach (Item? each in client.GetFromJsonAsAsyncEnumerable<Item>("items"))
        {
            log.Add(each?.ToString() ?? "null");
        }
    }

    private static async Task FailAsync(AnyClient client, List<string> log)
    {
        using var missing = await client.GetAsync("missing");
        log.Add($"{missing.StatusCode} {missing.IsSuccessStatusCode}");
        await NoteAsync(log, () => client.GetStringAsync("missing"));
        await NoteAsync(log, () => client.GetFromJsonAsync<Item>("missing"));
        await NoteAsync(log, () => client.GetFromJsonAsync<Item>("echo"));
        await NoteAsync(log, () => client.GetByteArrayAsync("bytes?count=2000000"));
        await NoteAsync(log, () => client.GetAsync("http://127.0.0.1:1/"));
        await NoteAsync(log, () => client.GetAsync("ftp://example.org/"));
        using var stop = new CancellationTokenSource();
        Task<ResponseMessage> hanging = client.GetAsync("hang", stop.Token);
        await stop.CancelAsync();
        await NoteAsync(log, () => hanging);
        Task<ResponseMessage> pending = client.GetAsync("hang");
        client.CancelPendingRequests();
        await NoteAsync(log, () => pending);
        log.Add(await client.GetStringAsync("echo?q=after"));
    }

    private static async Task NoteAsync(List<string> log, Func<Task> call)
    {
        try
        {
            await call();
            log.Add("nothing thrown");
        }
        catch (HttpRequestException error)
        {
            log.Add($"HttpRequestException {error.StatusCode} {error.HttpRequestError}");
        }
        catch (OperationCanceledException error)
        {
            log.Add($"OperationCanceledException, by time: {error.InnerException is TimeoutException}");
        }
        catch (JsonException)
        {
            log.Add("JsonException");
        }
        catch (NotSupportedException)
        {
            log.Add("NotSupportedException");
        }
    }

    internal sealed record Item(int Id, string Name);
}
