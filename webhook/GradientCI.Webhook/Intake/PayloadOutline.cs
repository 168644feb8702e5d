using System.Text.Json;

namespace GradientCI.Webhook.Intake;

/// <summary>What is looked at of a body before it is kept, in one pass and without a copy.</summary>
internal static class PayloadOutline
{
    /// <summary>How deep a body may be.</summary>
    public const int DeepestJson = 64;

    /// <summary>Reads a body from end to end.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="repository">The member <c>repository.id</c>; null when there is none, or it is no whole number.</param>
    /// <returns>Whether it is a JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out long? repository)
    {
        repository = null;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DeepestJson });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var isInRepository = false;
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.CurrentDepth == 1)
                {
                    isInRepository = reader.ValueTextEquals("repository"u8);
                }
                else if (isInRepository && reader.CurrentDepth == 2 && reader.ValueTextEquals("id"u8))
                {
                    repository = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var id) ? id : null;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
