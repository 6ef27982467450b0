using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PollHttp.Core;

namespace PollHttp.Extensions.Http.Tests;

public sealed class OptionsBindingTests
{
    private static readonly Dictionary<Type, (string Text, object Value)> Samples = new()
    {
        [typeof(int)] = ("123456", 123456),
        [typeof(int?)] = ("7", 7),
        [typeof(long?)] = ("12345678901", 12345678901),
        [typeof(bool)] = ("", false), // the other of what it is
        [typeof(TimeSpan)] = ("00:01:02", new TimeSpan(0, 1, 2)),
        [typeof(TimeSpan?)] = ("00:00:03.5", TimeSpan.FromSeconds(3.5)),
        [typeof(string)] = ("text", "text"),
        [typeof(Uri)] = ("http://configured.example/base/", new Uri("http://configured.example/base/")),
        [typeof(Leniency)] = ("BareLineFeed, controlcharacters", Leniency.BareLineFeed | Leniency.ControlCharacters),
        [typeof(ContentCodings)] = ("gzip, brotli", ContentCodings.GZip | ContentCodings.Brotli),
    };

    private static PollHttpClientOptions Bind(params (string Key, string Value)[] settings)
    {
        using ServiceProvider services = new ServiceCollection()
            .AddPollHttpClient(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build())
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<PollHttpClientOptions>>().Value;
    }

    public static TheoryData<string, string> SimpleSettings
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach ((string section, Type type) in new[] { ("", typeof(PollHttpClientOptions)), ("Limits", typeof(ConnectionLimits)), ("Timeouts", typeof(ConnectionTimeouts)), ("AutomaticDecompression", typeof(DecompressionOptions)) })
            {
                foreach (PropertyInfo property in type.GetProperties().Where(static p => p.SetMethod is { IsPublic: true } && Samples.ContainsKey(p.PropertyType)))
                {
                    all.Add(section, property.Name);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(SimpleSettings))]
    public void Every_simple_setting_can_be_configured(string section, string name)
    {
        object before = Target(new(), section);
        PropertyInfo property = before.GetType().GetProperty(name)!;
        (string text, object value) = Samples[property.PropertyType];
        if (property.PropertyType == typeof(bool))
        {
            value = !(bool)property.GetValue(before)!;
            text = value.ToString()!;
        }

        PollHttpClientOptions options = Bind((section.Length == 0 ? name : $"{section}:{name}", text));
        Assert.Equal(value, property.GetValue(Target(options, section)));
    }

    [Theory]
    [InlineData("ConnectTimeout")]
    [InlineData("Timeouts:ResponseHead")]
    [InlineData("Limits:BodyBytes")]
    [InlineData("AutomaticDecompression:MaxRatio")]
    [InlineData("AutomaticDecompression")]
    public void An_empty_text_is_none(string key)
    {
        PollHttpClientOptions options = Bind((key, ""));
        object? value = key switch
        {
            "ConnectTimeout" => options.ConnectTimeout,
            "AutomaticDecompression" => options.AutomaticDecompression,
            "AutomaticDecompression:MaxRatio" => options.AutomaticDecompression!.MaxRatio,
            "Limits:BodyBytes" => options.Limits.BodyBytes,
            _ => options.Timeouts.ResponseHead,
        };
        Assert.Null(value);
    }

    [Fact]
    public void Codings_may_be_one_setting() =>
        Assert.Equal(ContentCodings.GZip | ContentCodings.Brotli, Bind(("AutomaticDecompression", "GZip, Brotli")).AutomaticDecompression!.Codings);

    [Fact]
    public void Names_of_secret_fields_are_a_list() =>
        Assert.Equal(["X-One", "X-Two"], Bind(("SecretFields:0", "X-One"), ("SecretFields:1", "X-Two")).SecretFields);

    [Theory]
    [InlineData("Limits:HeadByte", "5")]
    [InlineData("Limits:HeadBytes", "many")]
    [InlineData("AutomaticDecompression:MaxRatio", "0")]
    [InlineData("AutomaticDecompression:Codings", "lzma")]
    [InlineData("AutomaticDecompression", "lzma")]
    [InlineData("Timeouts:BodyIdleTimeout", "00:00:05")]
    [InlineData("Leniency", "everything")]
    [InlineData("BearerToken", "two words")]
    [InlineData("Credentials", "user")]
    [InlineData("Timeout:Seconds", "5")]
    public void What_cannot_be_meant_is_an_error(string key, string value)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Bind((key, value)));
        Assert.Contains(key.Split(':')[0], error.Message, StringComparison.Ordinal);
    }

    private static object Target(PollHttpClientOptions options, string section) => section switch
    {
        "Limits" => options.Limits,
        "Timeouts" => options.Timeouts,
        "AutomaticDecompression" => options.AutomaticDecompression!,
        _ => options,
    };
}
