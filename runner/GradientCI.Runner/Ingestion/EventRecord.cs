namespace GradientCI.Runner.Ingestion;

/// <summary>What takes the scalars of an event.</summary>
internal delegate void ScalarHandler(ReadOnlySpan<byte> tag, double step, double value);

/// <summary>Reads the scalars of one TensorBoard event; pictures, histograms, graphs and texts are passed over.</summary>
/// <remarks>
/// <c>Event</c>: 2 step, 5 summary (tensorflow/core/util/event.proto). <c>Summary</c>: 1 value; <c>Value</c>: 1 tag,
/// 2 simple_value (TensorFlow 1, PyTorch), 8 tensor (TensorFlow 2, Keras) (tensorflow/core/framework/summary.proto).
/// </remarks>
internal static class EventRecord
{
    /// <summary>Hands on the scalars; false when the record is no event.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, ScalarHandler handle)
    {
        long step = 0;
        ReadOnlySpan<byte> summary = default;
        var reader = new ProtoReader(record);
        while (reader.Read())
        {
            step = reader.Field == 2 ? (long)reader.Number : step;
            summary = reader.Field == 5 ? reader.Bytes : summary;
        }

        if (reader.IsBroken)
        {
            return false;
        }

        var values = new ProtoReader(summary);
        while (values.Read())
        {
            if (values.Field == 1 && !TryReadValue(values.Bytes, step, handle))
            {
                return false;
            }
        }

        return !values.IsBroken;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> message, long step, ScalarHandler handle)
    {
        ReadOnlySpan<byte> tag = default;
        var value = double.NaN;
        var isScalar = false;
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    tag = reader.Bytes;
                    break;
                case 2:
                    (isScalar, value) = (true, BitConverter.UInt32BitsToSingle((uint)reader.Number));
                    break;
                case 8:
                    isScalar = ScalarTensor.TryRead(reader.Bytes, out value);
                    break;
            }
        }

        if (isScalar && !reader.IsBroken)
        {
            handle(tag, step, value);
        }

        return !reader.IsBroken;
    }
}
