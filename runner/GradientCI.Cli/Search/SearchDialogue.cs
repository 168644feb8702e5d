using System.Buffers;
using System.Text.Json;
using GradientCI.Metrics;

namespace GradientCI.Cli.Search;

/// <summary>A search as lines of JSON: each line that is sent gets one line of answer, whatever it is. Described in <c>docs/search.md</c>.</summary>
internal sealed class SearchDialogue(SearchSession session)
{
    /// <summary>The most bytes of a line that is sent.</summary>
    public const int MostBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _answer = new();

    /// <summary>Answers a line.</summary>
    /// <param name="line">A line, not blank.</param>
    /// <returns>The answer with its line end, valid until the next; and whether the line changed the search.</returns>
    public (ReadOnlyMemory<byte> Answer, bool IsChange) Answer(InputLine line)
    {
        try
        {
            if (line.IsTooLong)
            {
                throw new SearchRefusedException("too-long", $"The line has more than {MostBytes} bytes.", "Tell less per line.");
            }

            var request = SearchRequestReader.Read(line.Bytes);
            return (Written(json => Answer(json, request)), request is AskRequest or TellRequest);
        }
        catch (SearchRefusedException refused)
        {
            return (Written(json => Refuse(json, refused)), false);
        }
    }

    private ReadOnlyMemory<byte> Written(Action<Utf8JsonWriter> write)
    {
        _answer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_answer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        _answer.Write("\n"u8);
        return _answer.WrittenMemory;
    }

    private void Answer(Utf8JsonWriter json, SearchRequest request)
    {
        switch (request)
        {
            case AskRequest ask:
                var (proposals, ended) = session.Ask(ask.Count);
                Propose(json, proposals);
                if (ended is not null)
                {
                    json.WriteString("ended", ended);
                }

                break;
            case TellRequest tell:
                var decision = session.Tell(tell);
                json.WriteNumber("told", tell.Id);
                if (decision is { } step)
                {
                    json.WriteString("decision", step.PruneReason is null ? "continue" : "prune");
                    if (step.PruneReason is { } reason)
                    {
                        json.WriteString("reason", reason);
                    }
                }

                break;
            case OpenRequest:
                Propose(json, session.Open);
                break;
            default:
                Describe(json);
                break;
        }
    }

    private static void Propose(Utf8JsonWriter json, IEnumerable<Proposal> proposals)
    {
        json.WriteStartArray("proposals");
        foreach (var proposal in proposals)
        {
            json.WriteStartObject();
            json.WriteNumber("id", proposal.Id);
            json.WritePropertyName("parameters");
            json.WriteRawValue(proposal.Parameters.ToJson());
            json.WriteNumber("seed", proposal.Seed);
            if (proposal.LastStep is { } step)
            {
                json.WriteNumber("step", step);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Describe(Utf8JsonWriter json)
    {
        json.WriteString("schema", "gradientci/search/1");
        json.WriteString("experiment", session.Spec.Name);
        json.WriteString("sampler", session.Sampler);
        json.WriteString("note", session.Note);
        json.WriteString("pruner", session.Spec.Sweep.Pruner?.Name);
        json.WriteNumber("seed", session.Spec.Sweep.Seed);
        json.WriteNumber("max_trials", session.MostProposals);
        json.WriteStartArray("objectives");
        foreach (var objective in session.Spec.Objectives)
        {
            json.WriteStartObject();
            json.WriteString("metric", objective.Metric);
            json.WriteString("direction", objective.Direction == Direction.Maximize ? "maximize" : "minimize");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("constraints");
        foreach (var constraint in session.Spec.Constraints)
        {
            json.WriteString(constraint.Metric, constraint.Target.Text);
        }

        json.WriteEndObject();
    }

    private static void Refuse(Utf8JsonWriter json, SearchRefusedException refused)
    {
        json.WriteStartObject("error");
        json.WriteString("code", refused.Code);
        json.WriteString("message", refused.Message);
        json.WriteString("remedy", refused.Remedy);
        json.WriteEndObject();
    }
}
